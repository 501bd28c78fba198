/** The two ways to end work that costs money. */
export interface Halt {
  /** Begin nothing new; what is under way is paid for and comes in. */
  stop: AbortSignal;
  /** Drop everything at once. */
  signal: AbortSignal;
}
