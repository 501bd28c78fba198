import { mapped } from '../../formats/mapped';
import type { ChatAnswer } from '../endpoint/chat-answer';
import { EndpointError } from '../endpoint/endpoint-error';
import type { Waiting } from '../endpoint/retried';
import type { Halt } from '../halt';
import type { Asked, ListTask, TaughtList, Teacher } from '../teacher';
import type { Budget } from './budget';
import { addUsage, NO_USAGE, type Usage } from './cost';
import { readAnswer } from './permutation';
import { cutPassage, orderPrompt, type Message } from './prompt';
import { estimatePrompt, estimateTokens, mostPromptTokens } from './tokens';
import { windowsOf } from './windows';

/** Something that answers messages: `ChatClient`. */
export interface Chat {
  ask(messages: readonly Message[], halt: Halt): AsyncGenerator<Waiting, ChatAnswer, void>;
}

export interface ListWiseOptions {
  chat: Chat;
  budget: Budget;
  /** Words of a passage that are shown. */
  passageWords: number;
  /** Tokens after which the endpoint cuts an answer. */
  answerTokens: number;
  /** Queries that are asked about at once. */
  lanes: number;
}

const NOTHING_ASKED: Asked = { windows: 0, usage: NO_USAGE, estimated: false, mended: 0, empty: 0 };
const EXCERPT_CHARACTERS = 120;
/** Between the worst prompt seen, measured in our estimate, and the worst to come. */
const MARGIN = 1.25;
/** So many answers, and all of them empty: nobody should pay for more of that. */
const EMPTY_AT_FIRST = 5;

/**
 * A language model that orders a window of passages at a time, from the list's end to its front: the list-wise
 * re-ranking of RankGPT (Sun et al. 2023, "Is ChatGPT Good at Search?", section 3). Each window's answer is a piece of
 * work, so that none is paid for twice.
 *
 * `rank` throws the endpoint's errors, and BudgetReachedError.
 */
export class ListWiseTeacher implements Teacher {
  readonly lanes: number;
  /** Highest share of real to estimated prompt tokens so far. */
  #worstRatio?: number;
  #answers = 0;
  #someNamed = false;

  constructor(private readonly options: ListWiseOptions) {
    this.lanes = options.lanes;
  }

  steps(passages: number): number {
    return windowsOf(passages).length;
  }

  async *rank(
    task: ListTask,
    before: TaughtList | undefined,
    halt: Halt,
  ): AsyncGenerator<TaughtList | { waiting: Waiting }, void> {
    const textOf = new Map(task.documents.map((document, i) => [document, task.texts[i]!]));
    const windows = windowsOf(task.documents.length);
    let documents = before?.documents ?? task.documents;
    let asked = before?.asked ?? NOTHING_ASKED;
    while (asked.windows < windows.length) {
      halt.stop.throwIfAborted();
      const [from, to] = windows[asked.windows]!;
      const shown = documents.slice(from, to);
      const passages = shown.map((document) => cutPassage(textOf.get(document)!, this.options.passageWords));
      const messages = orderPrompt(task.queryText, passages);
      const { answer, usage } = yield* this.#ask(messages, halt);
      const { order, named, mended } = readAnswer(answer.text, shown.length);
      documents = documents.toSpliced(from, shown.length, ...order.map((place) => shown[place]!));
      asked = {
        windows: asked.windows + 1,
        usage: addUsage(asked.usage, usage),
        estimated: asked.estimated || answer.usage === undefined,
        mended: asked.mended + Number(named > 0 && mended),
        empty: asked.empty + Number(named === 0),
        ...(named === 0 ? { excerpt: excerptOf(answer) } : asked.excerpt ? { excerpt: asked.excerpt } : {}),
      };
      yield { documents, whole: asked.windows === windows.length, asked };
      this.#answers++;
      this.#someNamed ||= named > 0;
      if (!this.#someNamed && this.#answers >= EMPTY_AT_FIRST)
        throw new EndpointError(
          `the first ${this.#answers} answers name no passage, the last is ${asked.excerpt}: choose another model, or allow ` +
            'longer answers if it thinks aloud',
        );
    }
  }

  async *#ask(
    messages: readonly Message[],
    halt: Halt,
  ): AsyncGenerator<{ waiting: Waiting }, { answer: ChatAnswer; usage: Usage }> {
    const { chat, budget, answerTokens } = this.options;
    const estimated = estimatePrompt(messages);
    const worst = this.#worstRatio ? estimated * this.#worstRatio * MARGIN : mostPromptTokens(messages);
    const settle = await budget.reserve({ promptTokens: worst, answerTokens }, halt.stop);
    try {
      const answer = yield* mapped(chat.ask(messages, halt), (waiting) => ({ waiting }));
      if (answer.usage) this.#worstRatio = Math.max(this.#worstRatio ?? 0, answer.usage.promptTokens / estimated);
      const usage = answer.usage ?? { promptTokens: estimated, answerTokens: estimateTokens(answer.text) };
      settle(usage);
      return { answer, usage };
    } finally {
      settle();
    }
  }
}

function excerptOf({ text, cut }: ChatAnswer): string {
  const said = text.trim().replace(/\s+/g, ' ').slice(0, EXCERPT_CHARACTERS);
  return `${said === '' ? 'nothing' : `“${said}”`}${cut ? ' (cut at the longest answer)' : ''}`;
}
