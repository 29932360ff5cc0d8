/** The sentence at the root of a chain of failures; what a person can act on. */
export function rootMessage(error: unknown): string {
  let current: unknown = error;
  let message = 'unknown failure';
  for (let depth = 0; depth < 10 && current instanceof Error; depth += 1) {
    if (current.message !== '') message = current.message;
    current = current.cause;
  }
  return message.slice(0, 500);
}
