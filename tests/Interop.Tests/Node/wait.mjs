// Waits until something holds, and on giving up says what was last seen.
export async function until(promise, look, isRight) {
  const deadline = Date.now() + 75_000;
  for (;;) {
    const seen = await look();
    if (isRight(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`not in time: ${promise}; last seen: ${JSON.stringify(seen)}`);
    await new Promise(done => setTimeout(done, 20));
  }
}

// Whether so many members share three partitions, each at least one, nobody the same.
export const areShared = (shares, members) =>
  shares.length === members && shares.every(share => share.length > 0) && shares.flat().sort().join() === '0,1,2';

// The values read, in order.
export const sorted = values => values.map(Number).sort((a, b) => a - b).join('\n');
