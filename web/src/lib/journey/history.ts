// What was, to go back to: whole states, because they are small. Typing in one field is one step back, not twenty.
import { computed, shallowRef } from 'vue';

const DEPTH = 100;
const SAME_FIELD_MS = 1_500;

export function useHistory<T>(start: T) {
  const now = shallowRef<T>(start);
  const past = shallowRef<T[]>([]);
  const ahead = shallowRef<T[]>([]);
  let field = '';
  let at = 0;

  /** `what` names the field being typed in; changes of the same one in a row are one. */
  function put(next: T, what = '') {
    if (next === now.value) return;
    const time = performance.now();
    const goesOn = what !== '' && what === field && time - at < SAME_FIELD_MS && past.value.length > 0;
    if (!goesOn) past.value = [...past.value.slice(1 - DEPTH), now.value];
    ahead.value = [];
    now.value = next;
    field = what;
    at = time;
  }
  function undo() {
    const last = past.value.at(-1);
    if (last === undefined) return;
    ahead.value = [now.value, ...ahead.value];
    past.value = past.value.slice(0, -1);
    now.value = last;
    field = '';
  }
  function redo() {
    const [next, ...rest] = ahead.value;
    if (next === undefined) return;
    past.value = [...past.value, now.value];
    ahead.value = rest;
    now.value = next;
    field = '';
  }
  /** A fresh start, as after loading: nothing to go back to. */
  function reset(to: T) {
    now.value = to;
    past.value = [];
    ahead.value = [];
    field = '';
  }
  return { now, put, undo, redo, reset, canUndo: computed(() => past.value.length > 0), canRedo: computed(() => ahead.value.length > 0) };
}
