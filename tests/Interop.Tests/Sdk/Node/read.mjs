// Asks a simulator for instruments, candles, a stream and errors, and prints as JSON what the SDK made of the answers.
// node read.mjs localhost:PORT FIGI FROM TO HISTORY_INTERVALS(comma separated) STREAM_CANDLES
import { TinkoffInvestApi } from 'tinkoff-invest-api';

const [endpoint, figi, from, to, intervals, streamCandles] = process.argv.slice(2);
const api = new TinkoffInvestApi({ token: 't.sdk', endpoint, appName: 'stock-pipeline.tests' });
const text = value => `${value.units}.${String(value.nano).padStart(9, '0')}`;
const shape = candle => ({
  interval: candle.interval, time: candle.time.toISOString(), open: text(candle.open), high: text(candle.high), low: text(candle.low),
  close: text(candle.close), volume: candle.volume,
});

async function failure(call) {
  try {
    await call();
    return null;
  } catch (error) {
    return { code: error.code, text: error.details, trackingId: error.trackingId, rateLimit: error.ratelimit };
  }
}

const { instruments } = await api.instruments.shares({ instrumentStatus: 1 });
const share = instruments.find(one => one.figi === figi);
const { instrument } = await api.instruments.getInstrumentBy({ idType: 3, classCode: '', id: share.uid });

const history = {};
for (const interval of intervals.split(',').map(Number)) {
  const { candles } = await api.marketdata.getCandles({ figi, from: new Date(from), to: new Date(to), interval, instrumentId: figi });
  history[interval] = candles.filter(candle => candle.isComplete).map(shape);
}

const streamed = [];
const subscribed = [1, 2, 3, 4, 5, 9, 11];
await new Promise((resolve, reject) => {
  api.stream.market.on('error', reject);
  api.stream.market.candles({ instruments: subscribed.map(interval => ({ figi, interval, instrumentId: figi })), waitingClose: false }, candle => {
    streamed.push(shape(candle));
    if (streamed.length >= Number(streamCandles) && subscribed.every(interval => streamed.some(one => one.interval === interval)))
      resolve();
  }).catch(reject);
});
await api.stream.market.cancel();

console.log(JSON.stringify({
  shares: instruments.length,
  share: { ticker: share.ticker, classCode: share.classCode, uid: share.uid, lot: share.lot,
    increment: text(share.minPriceIncrement), currency: share.currency },
  instrument: { ticker: instrument.ticker, kind: instrument.instrumentType },
  history,
  streamed,
  failures: {
    unknown: await failure(() => api.instruments.shareBy({ idType: 1, classCode: '', id: 'BBG000000000' })),
    tooLong: await failure(() => api.marketdata.getCandles({ figi, from: new Date(Date.parse(to) - 3 * 86400000), to: new Date(to), interval: 1 })),
    unimplemented: await failure(() => api.operations.getPortfolio({ accountId: '1' })),
  },
}));
