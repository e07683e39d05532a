/** Waiting, where there is nothing else to wait for than time. */

export function waitMs(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** What a question is answered with within so long; `otherwise` when it fails or takes longer. */
export async function inMs<T>(ms: number, question: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), ms);
  });
  try {
    return await Promise.race([question.catch(() => otherwise), late]);
  } finally {
    clearTimeout(timer);
  }
}
