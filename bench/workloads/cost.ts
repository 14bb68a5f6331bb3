import type { Sample } from '../measure.js';

/** What one Pod costs among so many. */
export interface Cost {
  readonly pods: number;
  readonly processorMs: Sample;
  readonly wallMs: Sample;
  readonly residentKb: Sample;
}

/** The costs as a Markdown table. */
export function costTable(costs: readonly Cost[]): string {
  const text = ({ median, lowest, highest, count }: Sample, digits: number): string =>
    `${median.toFixed(digits)} (${lowest.toFixed(digits)}-${highest.toFixed(digits)}, n=${count})`;
  const lines = costs.map(
    ({ pods, processorMs, wallMs, residentKb }) =>
      `| ${pods.toLocaleString('en')} | ${text(processorMs, 2)} | ${text(wallMs, 2)} | ${text(residentKb, 0)} |`,
  );
  return ['| Pods | processor, ms | until ready, ms | memory, KB |', '|---|---|---|---|', ...lines].join(
    '\n',
  );
}

const [width, height] = [640, 300];
const margin = { left: 56, right: 28, top: 36, bottom: 44 };

/** The processor time a Pod over the number of Pods, as an SVG picture; bars reach from the lowest run to the highest. */
export function costPlot(costs: readonly Cost[]): string {
  const top = Math.ceil(Math.max(...costs.map(({ processorMs }) => processorMs.highest)));
  const most = Math.max(...costs.map(({ pods }) => pods));
  const x = (pods: number): number =>
    Math.round(margin.left + (pods / most) * (width - margin.left - margin.right));
  const y = (ms: number): number =>
    Math.round(height - margin.bottom - (ms / top) * (height - margin.top - margin.bottom));
  const rules = Array.from({ length: top + 1 }, (_, ms) => rule(y(ms), `${ms}`));
  const ticks = costs.map(({ pods }) =>
    label(x(pods), height - margin.bottom + 18, pods.toLocaleString('en')),
  );
  const bars = costs.map(({ pods, processorMs }) => {
    const [at, from, to] = [x(pods), y(processorMs.lowest), y(processorMs.highest)];
    const middle = y(processorMs.median);
    return `<path class="bar" d="M${at} ${from}V${to}"/><circle cx="${at}" cy="${middle}" r="4"/>`;
  });
  const line = costs.map(({ pods, processorMs }) => `${x(pods)},${y(processorMs.median)}`).join(' ');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Processor time a Pod over the number of Pods">
<style>
  svg { font: 12px system-ui, sans-serif; background: #fff }
  text { fill: #333; text-anchor: middle }
  .rule { stroke: #ddd } .bar { stroke: #1f6f8b; stroke-width: 2 } circle { fill: #1f6f8b }
  polyline { fill: none; stroke: #1f6f8b; stroke-width: 2 }
</style>
<rect width="${width}" height="${height}" fill="#fff"/>
${label(width / 2, 20, 'Processor time a Pod, ms (median and range of three runs)')}
${[...rules, ...ticks].join('\n')}
${label(width / 2, height - 8, 'Pods')}
<polyline points="${line}"/>
${bars.join('\n')}
</svg>
`;
}

function rule(at: number, text: string): string {
  return `<path class="rule" d="M${margin.left} ${at}H${width - margin.right}"/>${label(margin.left - 14, at + 4, text)}`;
}

function label(x: number, y: number, text: string): string {
  return `<text x="${x}" y="${y}">${text}</text>`;
}
