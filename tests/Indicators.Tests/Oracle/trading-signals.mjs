// Reads candles and a list of indicators, and writes what trading-signals gives for each: one list of lines per candle, null before the first.
import * as signals from 'trading-signals';
import { readFileSync } from 'node:fs';

const { candles, indicators } = JSON.parse(readFileSync(0, 'utf8'));

const makers = {
  sma: (n) => [new signals.SMA(n), 'close', (value) => [value]],
  wma: (n) => [new signals.WMA(n), 'close', (value) => [value]],
  hma: (n) => [new signals.HMA(n), 'close', (value) => [value]],
  rsi: (n) => [new signals.RSI(n), 'close', (value) => [value]],
  mom: (n) => [new signals.MOM(n), 'close', (value) => [value]],
  roc: (n) => [new signals.ROC(n), 'close', (value) => [100 * value]],
  willr: (n) => [new signals.WilliamsR(n), 'candle', (value) => [value]],
  cci: (n) => [new signals.CCI(n), 'candle', (value) => [value]],
  mfi: (n) => [new signals.MFI(n), 'candle', (value) => [value]],
  ao: (fast, slow) => [new signals.AO(fast, slow), 'candle', (value) => [value]],
  bollinger: (n, m) => [new signals.BollingerBands(n, m), 'close', (value) => [value.upper, value.middle, value.lower]],
  donchian: (n) => [new signals.DonchianChannels(n), 'candle', (value) => [value.upper, value.middle, value.lower]],
  ad: () => [new signals.AD(), 'candle', (value) => [value]],
};

const answers = indicators.map(({ name, parameters }) => {
  const [indicator, input, lines] = makers[name](...parameters);
  return candles.map((candle) => {
    const value = indicator.add(input === 'close' ? candle.close : candle);
    return value === null || value === undefined ? null : lines(value).map(Number);
  });
});
process.stdout.write(JSON.stringify(answers));
