/** The Markdown that reports are written in, as blocks: headings, paragraphs, lists, tables, code. Emphasis marks are taken off. */

export type Block =
  | { type: 'heading'; level: number; text: string }
  | { type: 'paragraph' | 'code'; text: string }
  | { type: 'list'; items: string[] }
  | { type: 'table'; head: string[]; rows: string[][] };

const plain = (text: string) =>
  text
    .replace(/\*\*(.+?)\*\*/g, '$1')
    .replace(/`([^`]+)`/g, '$1')
    .trim();
const cells = (line: string) =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map(plain);

/** Reads line by line; what is no heading, list, table or fence is a paragraph. */
export function markdownBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.split('\n');
  let paragraph: string[] = [];
  const endParagraph = () => {
    if (paragraph.length > 0) blocks.push({ type: 'paragraph', text: plain(paragraph.join(' ')) });
    paragraph = [];
  };
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    const item = /^\s*[-*]\s+(.*)$/.exec(line);
    if (line.startsWith('```')) {
      endParagraph();
      const end = lines.indexOf('```', i + 1);
      const last = end < 0 ? lines.length : end;
      blocks.push({ type: 'code', text: lines.slice(i + 1, last).join('\n') });
      i = last;
    } else if (heading) {
      endParagraph();
      blocks.push({ type: 'heading', level: heading[1]!.length, text: plain(heading[2]!) });
    } else if (line.startsWith('|') && /^\|[\s:|-]+\|?\s*$/.test(lines[i + 1] ?? '')) {
      endParagraph();
      const rows: string[][] = [];
      let next = i + 2;
      while (lines[next]?.startsWith('|')) rows.push(cells(lines[next++]!));
      blocks.push({ type: 'table', head: cells(line), rows });
      i = next - 1;
    } else if (item) {
      endParagraph();
      const before = blocks.at(-1);
      if (before?.type === 'list' && i > 0 && /^\s*[-*]\s/.test(lines[i - 1]!)) before.items.push(plain(item[1]!));
      else blocks.push({ type: 'list', items: [plain(item[1]!)] });
    } else if (line.trim() === '') endParagraph();
    else paragraph.push(line.trim());
  }
  endParagraph();
  return blocks;
}
