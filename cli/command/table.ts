// Tables for people: columns that stand below each other.

/** Lines of cells; each column is as wide as its widest cell. */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string[] {
  const cells = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) =>
    Math.max(...cells.map((row) => printable(row[column] ?? "").length)),
  );
  return cells.map((row) =>
    row
      .map((cell, column) => printable(cell).padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Names come from anybody; none of them moves the cursor of a terminal. */
export function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, "?");
}
