// A PDF page by page, as WeChat's browser on Android shows none by itself. Pages are drawn when they come near and let go of
// when they are far, because a phone has little room for pictures.
import { getDocument, GlobalWorkerOptions, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.min.mjs';
import PdfWorker from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?worker';

// Tables of Chinese letters, for files that do not bring their own fonts.
const tables = import.meta.glob<string>('../../../node_modules/pdfjs-dist/cmaps/{GB,UniGB,Adobe-GB1-UCS2}*.bcmap', { query: '?url', import: 'default' });

class Tables {
  async fetch({ name }: { name: string }) {
    const load = Object.entries(tables).find(([path]) => path.endsWith(`/${name}.bcmap`))?.[1];
    if (!load) throw new Error(name);
    const answer = await fetch(await load());
    return { cMapData: new Uint8Array(await answer.arrayBuffer()), isCompressed: true };
  }
}

const NEAR = '150% 0px';
const RATIO_MAX = 2;

/** Shows it inside `box`; `seen` hears the farthest page that was more than half in view. Gives the number of pages. */
export async function showPdf(url: string, box: HTMLElement, seen: (page: number, of: number) => void): Promise<number> {
  GlobalWorkerOptions.workerPort ??= new PdfWorker();
  const doc: PDFDocumentProxy = await getDocument({ url, isEvalSupported: false, CMapReaderFactory: Tables, cMapUrl: '/', cMapPacked: true }).promise;
  const first = (await doc.getPage(1)).getViewport({ scale: 1 });
  const drawn = new Set<HTMLCanvasElement>();
  async function draw(canvas: HTMLCanvasElement) {
    if (drawn.has(canvas)) return;
    drawn.add(canvas);
    const page = await doc.getPage(Number(canvas.dataset.page));
    const plain = page.getViewport({ scale: 1 });
    const viewport = page.getViewport({ scale: (box.clientWidth / plain.width) * Math.min(devicePixelRatio, RATIO_MAX) });
    canvas.width = Math.floor(viewport.width);
    canvas.height = Math.floor(viewport.height);
    canvas.style.aspectRatio = `${plain.width} / ${plain.height}`;
    const context = canvas.getContext('2d');
    if (context) await page.render({ canvasContext: context, viewport }).promise;
  }
  const near = new IntersectionObserver((all) => all.forEach((one) => {
    const canvas = one.target as HTMLCanvasElement;
    if (one.isIntersecting) return void draw(canvas);
    if (drawn.delete(canvas)) canvas.width = canvas.height = 0;
  }), { rootMargin: NEAR });
  const view = new IntersectionObserver((all) => all.forEach((one) => {
    if (one.isIntersecting) seen(Number((one.target as HTMLElement).dataset.page), doc.numPages);
  }), { threshold: 0.5 });
  for (let n = 1; n <= doc.numPages; n++) {
    const canvas = document.createElement('canvas');
    canvas.dataset.page = String(n);
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', `${n} / ${doc.numPages}`);
    canvas.style.aspectRatio = `${first.width} / ${first.height}`;
    box.append(canvas);
    near.observe(canvas);
    view.observe(canvas);
  }
  return doc.numPages;
}
