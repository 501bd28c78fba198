/** Light, dark, or what the system says; remembered. */
export type Theme = 'system' | 'light' | 'dark';

const stored = localStorage.getItem('theme');

class ThemeChoice {
  current = $state<Theme>(stored === 'light' || stored === 'dark' ? stored : 'system');
  /** Counts changes of what is seen, by the user or by the system: whoever paints on a canvas paints again. */
  changes = $state(0);

  constructor() {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.changes++);
  }

  set(theme: Theme): void {
    this.current = theme;
    this.changes++;
    if (theme === 'system') {
      localStorage.removeItem('theme');
      delete document.documentElement.dataset['theme'];
    } else {
      localStorage.setItem('theme', theme);
      document.documentElement.dataset['theme'] = theme;
    }
  }
}

export const theme = new ThemeChoice();
