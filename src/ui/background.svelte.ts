/** Work besides experiments that goes on whatever page is shown: told in the sidebar. */
export interface BackgroundWork {
  label: string;
  done: number;
  /** 0 while unknown. */
  total: number;
  /** Below the bar: time left, money spent. */
  detail: string;
  /** The address of its page. */
  href: string;
}

class Background {
  work = $state.raw<BackgroundWork>();
}

export const background = new Background();
