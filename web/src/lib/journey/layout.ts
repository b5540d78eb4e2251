// 整理: lays the steps out from top to bottom; the library comes with the first use.
import { STEP_HEIGHT, STEP_WIDTH, type Graph, type PortsOf } from './graph';

const RANK_GAP = 72;
const SIDE_GAP = 44;
const GRID = 4;

export async function tidy(graph: Graph, ports: PortsOf): Promise<Map<string, { x: number; y: number }>> {
  const { default: dagre } = await import('@dagrejs/dagre');
  const sheet = new dagre.graphlib.Graph({ multigraph: true });
  sheet.setGraph({ rankdir: 'TB', ranksep: RANK_GAP, nodesep: SIDE_GAP });
  sheet.setDefaultEdgeLabel(() => ({}));
  graph.steps.forEach((s) => sheet.setNode(s.id, { width: STEP_WIDTH, height: STEP_HEIGHT }));
  // dagre lays what comes last leftmost, so the outlets go in from right to left.
  for (const step of graph.steps) {
    for (const port of [...ports(step)].reverse()) {
      const line = graph.lines.find((l) => l.from === step.id && l.port === port);
      if (line) sheet.setEdge(line.from, line.to, {}, port);
    }
  }
  dagre.layout(sheet);
  const snap = (n: number) => Math.round(n / GRID) * GRID;
  return new Map(graph.steps.map((s) => {
    const at = sheet.node(s.id);
    return [s.id, { x: snap(at.x - STEP_WIDTH / 2), y: snap(at.y - STEP_HEIGHT / 2) }];
  }));
}
