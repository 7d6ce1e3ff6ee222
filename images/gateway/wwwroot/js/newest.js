// Questions that are asked again and again: an answer that was overtaken by that of a later question is not taken.

/** Makes a function that asks, and hands over the answer unless a newer one has been handed over already. */
export function newest() {
  let asked = 0,
    taken = 0;
  return async (ask, take) => {
    const turn = ++asked,
      answer = await ask();
    if (turn < taken) return;
    taken = turn;
    take(answer);
  };
}
