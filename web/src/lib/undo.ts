// Reversible things happen at once and offer ten seconds to take them back; nobody is asked first.
import { ref } from 'vue';

export const UNDO_MS = 10_000;

export interface Offer {
  id: number;
  text: string;
  undo: () => Promise<unknown>;
}

export const offers = ref<Offer[]>([]);
let last = 0;

export function dropOffer(id: number) {
  offers.value = offers.value.filter((o) => o.id !== id);
}

export function offerUndo(text: string, undo: () => Promise<unknown>) {
  const id = ++last;
  offers.value = [...offers.value.slice(-2), { id, text, undo }];
  setTimeout(() => dropOffer(id), UNDO_MS);
}
