import type { StudyTable } from './table';
import { four, hasPublished, legend, markOf, publishedHead, rowHeads } from './words';

const SPECIAL: Record<string, string> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '→': '$\\rightarrow$',
  '<': '$<$',
  '>': '$>$',
  '†': '$\\dagger$',
};

/** Text as LaTeX prints it: its ten special characters escaped, arrows and comparisons in mathematics. */
export function latexText(text: string): string {
  return text.replace(/[\\~^→<>†&%$#_{}]/g, (character) => SPECIAL[character] ?? `\\${character}`);
}

const line = (cells: readonly string[]) => `    ${cells.join(' & ')} \\\\`;

/**
 * The table as LaTeX: a `table*` with `booktabs` rules, models apart, published values in grey below ours (`xcolor`), the largest of ours
 * bold, marks as superscripts.
 */
export function studyToLatex(table: StudyTable): string {
  const { columns, rows } = table;
  const lines = [
    '% \\usepackage{booktabs,xcolor}',
    '\\begin{table*}',
    '  \\centering',
    '  \\small',
    '  \\setlength{\\tabcolsep}{3pt}',
    `  \\caption{${latexText(legend(table))} Grey: published values.}`,
    '  \\label{tab:rerankers}',
    `  \\begin{tabular}{ll${'r'.repeat(columns.length)}}`,
    '    \\toprule',
    line(['Model', 'Learnt from', ...columns.map(({ label }) => latexText(label))]),
    line(['', '', ...columns.map(({ measure }) => latexText(measure))]),
  ];
  let group: string | undefined;
  for (const row of rows) {
    const [model, objectives] = rowHeads(row).map(latexText) as [string, string];
    if (model !== group) lines.push('    \\midrule');
    const ours = row.cells.map(({ ours }) => {
      if (!ours) return '--';
      const value = four(ours.value);
      const mark = markOf(ours);
      return (ours.best ? `\\textbf{${value}}` : value) + (mark ? `$^{${mark.replaceAll('†', '\\dagger')}}$` : '');
    });
    lines.push(line([model === group ? '' : model, objectives, ...ours]));
    group = model;
    if (!hasPublished(row)) continue;
    const grey = row.cells.map(({ published }) =>
      published === undefined ? '' : `\\textcolor{gray}{${four(published)}}`,
    );
    lines.push(line(['', `\\textcolor{gray}{${latexText(row.model ? 'published' : publishedHead(row))}}`, ...grey]));
  }
  lines.push('    \\bottomrule', '  \\end{tabular}', '\\end{table*}', '');
  return lines.join('\n');
}
