/** Where an OpenAI-compatible endpoint is. */
export interface BaseUrl {
  /** Without a slash at its end: `https://api.openai.com/v1`. */
  url: string;
  /** `api.openai.com`, `localhost:11434`: who gets the texts. */
  host: string;
  /** On this machine: nothing leaves it. */
  local: boolean;
  /** Texts and key travel unencrypted over a network. */
  open: boolean;
}

const LOCAL = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/;

/** Reads what the user typed or pasted. @throws an error that says what an address is. */
export function readBaseUrl(text: string): BaseUrl {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    throw new Error(`endpoint: expected an address such as https://api.openai.com/v1, found “${text.trim()}”`);
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new Error(`endpoint: expected https:// or http://, found ${url.protocol}`);
  // Addresses are remembered and shown; a secret in one would be, too.
  if (url.username || url.password || url.search || url.hash)
    throw new Error(
      'endpoint: expected an address alone, without user, password, ? or #: the key has a field of its own',
    );
  const path = url.pathname.replace(/\/+$/, '').replace(/\/chat\/completions$/, '');
  const local = LOCAL.test(url.hostname);
  return { url: url.origin + path, host: url.host, local, open: url.protocol === 'http:' && !local };
}
