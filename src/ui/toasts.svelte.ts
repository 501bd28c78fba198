/** Short messages that something was done, with a way back where there is one. */

export interface Toast {
  id: number;
  message: string;
  action?: { label: string; run: () => void };
  /** Stays until it is dismissed or acted on. */
  stays: boolean;
}

class Toasts {
  list = $state<Toast[]>([]);
  #next = 0;

  show(message: string, action?: Toast['action'], stays?: 'stays'): void {
    this.list = [...this.list.slice(-2), { id: this.#next++, message, action, stays: stays !== undefined }];
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
