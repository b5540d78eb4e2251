// The keys of a drawing program; never while somebody types or a dialog is open.
import { onBeforeUnmount, onMounted } from 'vue';
import type { Editor } from './editor';

export function busyElsewhere(target: EventTarget | null): boolean {
  const el = target instanceof HTMLElement ? target : null;
  return Boolean(el?.closest('input, textarea, select, [contenteditable], .el-overlay, .el-popper')) || document.querySelector('.el-overlay:not([style*="display: none"]) .el-dialog, .el-drawer.open') !== null;
}

export function useEditorKeys(editor: Editor) {
  function down(e: KeyboardEvent) {
    if (editor.readonly.value || busyElsewhere(e.target)) return;
    const command = e.ctrlKey || e.metaKey;
    const key = e.key.toLowerCase();
    if (command && key === 'z') (e.shiftKey ? editor.redo : editor.undo)();
    else if (command && key === 'y') editor.redo();
    else if (command && key === 'a') editor.selected.value = editor.graph.value.steps.map((s) => s.id);
    else if ((e.key === 'Delete' || e.key === 'Backspace') && editor.selected.value.length && !(e.target as HTMLElement).closest?.('[data-test=outline]')) editor.drop(editor.selected.value);
    else if (e.key === 'Escape' && editor.selected.value.length) editor.selected.value = [];
    else return;
    e.preventDefault();
  }
  function take(e: ClipboardEvent) {
    if (editor.readonly.value || busyElsewhere(e.target)) return;
    editor.paste(e.clipboardData?.getData('text/plain') ?? '');
    e.preventDefault();
  }
  function give(e: ClipboardEvent) {
    if (busyElsewhere(e.target) || (window.getSelection()?.toString() ?? '') !== '') return;
    const text = editor.copy();
    if (!text) return;
    e.clipboardData?.setData('text/plain', text);
    e.preventDefault();
    if (e.type === 'cut' && !editor.readonly.value) editor.drop(editor.selected.value);
  }
  onMounted(() => {
    document.addEventListener('keydown', down);
    document.addEventListener('paste', take);
    document.addEventListener('copy', give);
    document.addEventListener('cut', give);
  });
  onBeforeUnmount(() => {
    document.removeEventListener('keydown', down);
    document.removeEventListener('paste', take);
    document.removeEventListener('copy', give);
    document.removeEventListener('cut', give);
  });
}
