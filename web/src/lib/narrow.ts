// Below this width lists are cards; the same number stands in styles/theme.css.
import { onBeforeUnmount, ref } from 'vue';

export const CARD_BELOW = 768;

export function useNarrow() {
  const media = window.matchMedia(`(max-width: ${CARD_BELOW - 1}px)`);
  const narrow = ref(media.matches);
  const follow = () => (narrow.value = media.matches);
  media.addEventListener('change', follow);
  onBeforeUnmount(() => media.removeEventListener('change', follow));
  return narrow;
}
