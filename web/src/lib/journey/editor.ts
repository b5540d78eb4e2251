// The draft of one journey while it is edited: what is drawn, chosen, undone, saved by itself and found wrong.
import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, inject, onBeforeUnmount, provide, ref, shallowRef, watch, type InjectionKey } from 'vue';
import { useI18n } from 'vue-i18n';
import { ApiError, http, match, ok } from '@/api/client';
import type { Journey, JourneyDef, JourneyProblem } from '@/api/types';
import { useFormat } from '@/lib/format';
import { useNarrow } from '@/lib/narrow';
import { useSession } from '@/lib/session';
import { copyAndTell } from '@/lib/tell';
import { byStep, sumOf } from './counts';
import { arms, blank, cases, fromDef, lookOf, newStep, newTrigger, NODES_MAX, portsOf, toDef, type Doc, type Rules } from './def';
import * as draw from './graph';
import type { Graph, Line, Step } from './graph';
import { useHistory } from './history';
import { useStepWords, useVerbs } from './words';

export interface CardPort { id: string; label: string; taken: boolean; count: string }
export interface CardView {
  id: string; kind: string; tone: string; icon: string; title: string; summary: string; count: string;
  problems: string[]; inlet: boolean; ports: CardPort[]; dim: boolean;
}
const SAVE_AFTER_MS = 900;
const POLL_MS = 5_000;
/** Where the journey has been copied from; between journeys of one tab, and as text between tabs. */
const clipboard = shallowRef<Graph | null>(null);

export function makeEditor(id: string, shown: () => number) {
  const { t } = useI18n();
  const { num, percent } = useFormat();
  const client = useQueryClient();
  const session = useSession();
  const narrow = useNarrow();
  const words = useStepWords();
  const { verbs } = useVerbs();
  const history = useHistory<Doc>(blank(''));
  const selected = ref<string[]>([]);
  const wanted = ref('');
  const tried = shallowRef<Map<string, number> | null>(null);
  const problems = shallowRef<JourneyProblem[]>([]);
  const saving = ref(false);
  const savedAt = ref(0);
  const saved = ref('');
  const failure = shallowRef<unknown>(null);
  const conflict = ref(false);

  const view = useQuery({ queryKey: ['journey', id], queryFn: () => ok(http.GET('/api/v1/journeys/{id}', { params: { path: { id } } })) });
  const journey = computed<Journey | undefined>(() => view.data.value);
  const version = ref(0);
  const old = useQuery({
    queryKey: computed(() => ['journey-version', id, shown()]),
    queryFn: () => ok(http.GET('/api/v1/journeys/{id}/versions/{version}', { params: { path: { id, version: shown() } } })),
    enabled: () => shown() > 0,
    staleTime: Infinity,
  });
  const counted = useQuery({
    queryKey: computed(() => ['journey-counts', id, shown()]),
    queryFn: () => ok(http.GET('/api/v1/journeys/{id}/counts', { params: { path: { id }, query: shown() ? { version: shown() } : {} } })),
    enabled: () => (journey.value?.published ?? 0) > 0,
    refetchInterval: () => (journey.value?.state === 'running' ? POLL_MS : false),
  });
  const counts = computed(() => byStep(counted.data.value?.data ?? []));

  const doc = computed<Doc>(() => (shown() && old.data.value ? fromDef(old.data.value.def) : history.now.value));
  const graph = computed(() => doc.value.graph);
  const rules = computed(() => doc.value.rules);
  const mayWrite = computed(() => session.can('journey.write'));
  const readonly = computed(() => shown() > 0 || narrow.value || !mayWrite.value || journey.value?.state === 'ended');
  const ready = computed(() => (shown() ? old.data.value !== undefined : saved.value !== ''));
  const shape = () => JSON.stringify(toDef(history.now.value));
  const dirty = computed(() => saved.value !== '' && shape() !== saved.value);

  function take(of: Journey) {
    history.reset(fromDef(of.def));
    version.value = of.version;
    saved.value = shape();
    conflict.value = false;
    failure.value = null;
    void check();
  }
  watch(journey, (of) => of && saved.value === '' && take(of), { immediate: true });

  async function check() {
    if (!mayWrite.value) return;
    try {
      problems.value = (await ok(http.POST('/api/v1/journeys/{id}/check', { params: { path: { id } } }))).problems;
    } catch {
      problems.value = [];
    }
  }
  async function save(): Promise<boolean> {
    if (saving.value) return false;
    if (!dirty.value) return true;
    saving.value = true;
    failure.value = null;
    const sent = shape();
    try {
      const made = await ok(http.PUT('/api/v1/journeys/{id}', { params: { path: { id }, header: match(version.value) }, body: JSON.parse(sent) as JourneyDef }));
      version.value = made.version;
      saved.value = sent;
      savedAt.value = Date.now();
      client.setQueryData(['journey', id], made);
      void client.invalidateQueries({ queryKey: ['journeys'] });
    } catch (e) {
      failure.value = e;
      conflict.value = e instanceof ApiError && (e.status === 412 || e.status === 409);
    }
    saving.value = false;
    if (failure.value) return false;
    if (dirty.value) later();
    else await check();
    return true;
  }
  /** The answer to publishing, pausing and their like: the draft stays as it is. */
  function took(of: Journey) {
    version.value = of.version;
    client.setQueryData(['journey', id], of);
    void client.invalidateQueries({ queryKey: ['journeys'] });
    void client.invalidateQueries({ queryKey: ['journey-counts', id] });
  }
  let timer = 0;
  function later() {
    clearTimeout(timer);
    if (!conflict.value) timer = window.setTimeout(() => void save(), SAVE_AFTER_MS);
  }
  watch(() => history.now.value, () => dirty.value && later());
  onBeforeUnmount(() => clearTimeout(timer));
  /** Everything typed is with the server, or it is said why not. */
  async function settle(): Promise<boolean> {
    clearTimeout(timer);
    for (let i = 0; saving.value && i < 100; i++) await new Promise((done) => setTimeout(done, 50));
    return save();
  }
  /** After somebody else's change: theirs, or ours over it. */
  async function reload() {
    const fresh = await view.refetch();
    if (fresh.data) take(fresh.data);
  }
  async function overwrite() {
    const fresh = await view.refetch();
    if (!fresh.data) return;
    version.value = fresh.data.version;
    conflict.value = false;
    await save();
  }

  function put(next: Doc, what = '') {
    if (!readonly.value) history.put(next, what);
  }
  function change(to: Graph, what = '') {
    if (to !== history.now.value.graph) put({ ...history.now.value, graph: draw.prune(to, portsOf) }, what);
  }
  const now = () => history.now.value.graph;
  function setRules(part: Partial<Rules>, what = '') {
    put({ ...history.now.value, rules: { ...history.now.value.rules, ...part } }, what);
  }
  function setStep(step: string, part: Partial<Step>, what = '') {
    change(draw.update(now(), step, part), what);
  }
  /** A trigger chosen anew takes the place of the one there is: a journey has one way in. */
  function otherTrigger(what: string) {
    const there = now().steps.find((s) => s.kind === 'trigger');
    if (!there) return false;
    change(draw.update(now(), there.id, { data: newTrigger(what.split(':')[1] ?? 'event'), name: '' }));
    choose(there.id);
    return true;
  }
  function choose(step: string, look = true) {
    selected.value = step ? [step] : [];
    if (look) {
      wanted.value = '';
      queueMicrotask(() => (wanted.value = step));
    }
  }
  const full = computed(() => graph.value.steps.length >= NODES_MAX);
  function add(what: string, from: string, port: string) {
    if ((what.startsWith('trigger:') && otherTrigger(what)) || full.value) return;
    const step = newStep(draw.freeId(now()), what);
    change(draw.insertAfter(now(), from, port, step, portsOf));
    choose(step.id);
  }
  /** Behind what is chosen, else behind the last open outlet, else loose. */
  function addSomewhere(what: string) {
    const at = selected.value[0];
    const from = at ? draw.find(now(), at) : undefined;
    const outlets = from ? portsOf(from) : [];
    const free = outlets.find((p) => draw.target(now(), from!.id, p) === undefined) ?? outlets[0];
    if (from && free) return add(what, from.id, free);
    const open = [...now().steps].reverse().flatMap((s) => portsOf(s).filter((p) => draw.target(now(), s.id, p) === undefined).map((p) => [s.id, p] as const))[0];
    if (open) return add(what, ...open);
    addAt(what, 0, Math.max(0, ...now().steps.map((s) => s.y)) + 160);
  }
  function addAt(what: string, x: number, y: number) {
    if ((what.startsWith('trigger:') && otherTrigger(what)) || full.value) return;
    const step = { ...newStep(draw.freeId(now()), what), x: Math.round(x), y: Math.round(y) };
    change(draw.addLoose(now(), step));
    choose(step.id, false);
  }
  function drop(ids: string[]) {
    let next = now();
    for (const step of ids) if (draw.find(next, step)?.kind !== 'trigger') next = draw.remove(next, step, portsOf);
    change(next);
    selected.value = [];
  }
  /** False: it would make a ring, or lead into the trigger. */
  function connect(line: Line): boolean {
    if (draw.find(now(), line.to)?.kind === 'trigger' || draw.reaches(now(), line.to, line.from)) return false;
    change(draw.connect(now(), line));
    return true;
  }
  function copy(): string {
    const piece = draw.copy(now(), selected.value.filter((s) => draw.find(now(), s)?.kind !== 'trigger'));
    if (!piece.steps.length) return '';
    clipboard.value = piece;
    return JSON.stringify({ yutang: 'journey-steps', ...piece });
  }
  /** By a button: for this tab, and as text for others where the browser lets us. */
  function copyOut() {
    const text = copy();
    if (text) void copyAndTell(text);
  }
  function paste(text = '') {
    let piece = clipboard.value;
    try {
      const read = JSON.parse(text || 'null') as { yutang?: string } & Graph;
      if (read?.yutang === 'journey-steps' && Array.isArray(read.steps) && Array.isArray(read.lines)) piece = { steps: read.steps, lines: read.lines };
    } catch {
      // Somebody else's text: what was copied here is meant.
    }
    if (!piece || readonly.value || now().steps.length + piece.steps.length > NODES_MAX) return;
    const made = draw.paste(now(), piece);
    change(made.graph);
    selected.value = made.ids;
  }
  async function tidy() {
    const { tidy: layOut } = await import('./layout');
    change(draw.move(now(), await layOut(now(), portsOf)));
  }

  const countOf = (of: Step): string => {
    if (tried.value) return of.kind === 'act' ? t('journey.triedN', { n: num(tried.value.get(of.id) ?? 0) }) : '';
    const c = counts.value.get(of.id);
    if (!counted.data.value) return '';
    const n = (what: string) => num(c?.get(what) ?? 0);
    if (of.kind === 'trigger') return t('journey.nEntered', { n: num(counts.value.get('')?.get('entered') ?? c?.get('in') ?? 0) });
    if (of.kind === 'wait' || of.kind === 'until') return t('journey.nWaiting', { n: n('now') });
    if (of.kind !== 'act') return t('journey.nPassed', { n: n('in') });
    const rest = [(c?.get('now') ?? 0) > 0 ? t('journey.nHere', { n: n('now') }) : '', sumOf(c, 'refused:') + sumOf(c, 'skip:') > 0 ? t('journey.nMissed', { n: num(sumOf(c, 'refused:') + sumOf(c, 'skip:')) }) : ''];
    return [t('journey.nDone', { n: n('out:done') }), ...rest].filter(Boolean).join(' · ');
  };
  const portCount = (of: Step, port: string): string => {
    const c = counts.value.get(of.id);
    const all = sumOf(c, 'out:');
    return all && !tried.value ? percent((c?.get(`out:${port}`) ?? 0) / all) : '';
  };
  const wrong = computed(() => {
    const by = new Map<string, string[]>();
    if (!shown()) for (const p of problems.value) by.set(p.node ?? '', [...(by.get(p.node ?? '') ?? []), p.text]);
    return by;
  });
  function card(s: Step): CardView {
    const of = String(s.kind === 'act' ? s.data.verb : s.kind === 'trigger' ? s.data.kind : '');
    const ports = portsOf(s);
    return {
      id: s.id, kind: s.kind, ...lookOf(s.kind, of, verbs.value.find((v) => v.name === of)?.channel),
      title: words.title(s), summary: words.summary(s), count: countOf(s), problems: wrong.value.get(s.id) ?? [], inlet: s.kind !== 'trigger',
      ports: ports.map((p) => ({ id: p, label: words.portName(s, p), taken: draw.target(graph.value, s.id, p) !== undefined, count: portCount(s, p) })),
      dim: tried.value !== null && s.kind === 'act' && !tried.value.get(s.id),
    };
  }
  function lineName(l: Line): string {
    const [from, to] = [draw.find(graph.value, l.from), draw.find(graph.value, l.to)];
    return from && to ? t('journey.addBetween', { a: words.title(from), b: words.title(to) }) : '';
  }
  const starts = computed(() => graph.value.steps.filter((s) => s.kind === 'trigger').map((s) => s.id));

  return {
    id, view, journey, version, counted, counts, graph, rules, doc, readonly, mayWrite, narrow, ready, dirty, saving, savedAt, failure, conflict, problems, wrong,
    selected, wanted, tried, words, verbs, full, starts, check, save, settle, reload, overwrite, take, took, setRules, setStep, choose, add, addSomewhere, addAt, drop, connect,
    cut: (from: string, port: string) => change(draw.disconnect(now(), from, port)),
    move: (to: Map<string, { x: number; y: number }>, what = '') => change(draw.move(now(), to), what),
    up: (step: string) => draw.moveUp(now(), step, portsOf), down: (step: string) => draw.moveDown(now(), step, portsOf), change,
    rows: computed(() => draw.outline(graph.value, starts.value, portsOf)),
    copy, copyOut, paste, canPaste: computed(() => clipboard.value !== null), tidy, card, lineName,
    /** It is gone: nothing to keep. */
    forget: () => (saved.value = ''),
    /** Another version as the draft: one step to take back. */
    replace: (to: Doc) => history.put(to),
    undo: history.undo, redo: history.redo, canUndo: history.canUndo, canRedo: history.canRedo, cases, arms,
  };
}
export type Editor = ReturnType<typeof makeEditor>;

const editorKey: InjectionKey<Editor> = Symbol('journey editor');
export const giveEditor = (editor: Editor) => provide(editorKey, editor);
export function useEditor(): Editor {
  const editor = inject(editorKey);
  if (!editor) throw new Error('no journey editor above');
  return editor;
}
