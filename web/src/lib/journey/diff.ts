// What differs between two versions, by step; where a step stands on the canvas is no difference.
import { portsOf, type Doc } from './def';
import { find, target, type Step } from './graph';

export interface Change { kind: 'added' | 'removed' | 'edited' | 'led' | 'rules'; step?: Step }

export function changes(before: Doc, after: Doc): Change[] {
  const found: Change[] = [];
  if (JSON.stringify(before.rules) !== JSON.stringify(after.rules)) found.push({ kind: 'rules' });
  for (const step of after.graph.steps) {
    const old = find(before.graph, step.id);
    if (!old) found.push({ kind: 'added', step });
    else if (old.kind !== step.kind || old.name !== step.name || JSON.stringify(old.data) !== JSON.stringify(step.data)) found.push({ kind: 'edited', step });
    else if (portsOf(step).some((p) => target(after.graph, step.id, p) !== target(before.graph, step.id, p))) found.push({ kind: 'led', step });
  }
  for (const step of before.graph.steps) if (!find(after.graph, step.id)) found.push({ kind: 'removed', step });
  return found;
}
