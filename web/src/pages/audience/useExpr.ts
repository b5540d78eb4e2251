// One expression, edited as groups or as text: each follows the other through the server's own parser.
import { ref, watch, type Ref } from 'vue';
import type { Attribute, Tree } from '@/api/types';
import { fromTree, newBuilder, toTree, type Builder } from '@/lib/builder';
import { useCount } from './useCount';

export function useExpr(known: Ref<Attribute[]>, mode: Ref<string>) {
  const expr = ref('');
  const builder = ref<Builder>(newBuilder());
  const fits = ref(true);
  /** Set while an answer is being written into the fields, so that it is not taken for typing. */
  let writing = false;

  function show(tree: Tree) {
    const shown = fromTree(tree, known.value);
    fits.value = shown !== null;
    if (shown) builder.value = shown;
  }
  const count = useCount((answer, asked) => {
    writing = true;
    if (asked.expr !== undefined) show(answer.tree as Tree);
    else expr.value = answer.expr;
    queueMicrotask(() => (writing = false));
  });
  function start(text: string) {
    expr.value = text;
    if (text.trim()) void count.now({ expr: text });
  }
  watch(
    builder,
    () => {
      if (writing || mode.value !== 'build' || !fits.value) return;
      const tree = toTree(builder.value);
      if (tree) count.soon({ tree });
      else {
        count.clear();
        expr.value = '';
      }
    },
    { deep: true, flush: 'sync' },
  );
  function typed(text: string) {
    expr.value = text;
    if (text.trim()) count.soon({ expr: text });
    else {
      count.clear();
      builder.value = newBuilder();
      fits.value = true;
    }
  }
  return { expr, builder, fits, count, start, typed, mode };
}
export type ExprModel = ReturnType<typeof useExpr>;
