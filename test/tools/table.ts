/** What \`kubectl get\` printed, by its columns. */
export interface PrintedTable {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, string>>[];
}

/** Reads a table as a person does: each cell begins under the beginning of its head. */
export function readTable(text: string): PrintedTable {
  const [head = '', ...lines] = text.trimEnd().split('\n');
  const starts = [...head.matchAll(/(?<=^|\s{2,})\S/g)].map(({ index }) => index);
  const cells = (line: string): string[] =>
    starts.map((start, index) => line.slice(start, starts[index + 1]).trim());
  const columns = cells(head);
  const rows = lines.map((line) => {
    const values = cells(line);
    return Object.fromEntries(columns.map((column, index) => [column, values[index] ?? '']));
  });
  return { columns, rows };
}
