// Asks the simulated exchanges with clients that others wrote; says what each was told as one line of JSON.
import ccxt from 'ccxt';

const [which, binance, coinGecko, kraken] = process.argv.slice(2);
const socket = (url) => url.replace('http', 'ws').replace(/\/$/, '');
const plain = (url) => url.replace(/\/$/, '');

function redirect(urls, host) {
  for (const [name, value] of Object.entries(urls)) {
    if (typeof value === 'string') urls[name] = value.replace(/^(https?|wss?):\/\/[^/]+/, (_, scheme) =>
      scheme.startsWith('ws') ? socket(host) : plain(host));
    else if (value) redirect(value, host);
  }
}

const parts = {
  async ccxtBinance() {
    const exchange = new ccxt.pro.binance({ enableRateLimit: false, options: { fetchMarkets: { types: ['spot'] } } });
    exchange.has.fetchCurrencies = false;
    await exchange.loadHttpProxyAgent();
    redirect(exchange.urls.api, binance);
    exchange.urls.api.ws.spot = `${socket(binance)}/ws`;
    const ticker = await exchange.fetchTicker('BTC/USDT');
    const candles = await exchange.fetchOHLCV('BTC/USDT', '1m', undefined, 5);
    const live = await exchange.watchTicker('BTC/USDT');
    let refused = '';
    try { await exchange.fetchTicker('NO/SUCH'); } catch (error) { refused = error.constructor.name; }
    await exchange.close();
    return { symbol: ticker.symbol, last: ticker.last, candles: candles.length, live: live.last, refused };
  },
  async binanceSpot() {
    const { Spot } = await import('@binance/spot');
    const client = new Spot({
      configurationRestAPI: { apiKey: 'key', basePath: plain(binance) },
      configurationWebsocketStreams: { wsURL: socket(binance) },
    });
    const price = await (await client.restAPI.tickerPrice({ symbol: 'ETHUSDT' })).data();
    const connection = await client.websocketStreams.connect();
    const trade = await new Promise((resolve) => {
      connection.trade({ symbol: 'ethusdt' }).on('message', resolve);
    });
    await connection.disconnect();
    return { price: price.price, trade: trade.p, symbol: trade.s };
  },
  async binanceApiNode() {
    const module = await import('binance-api-node');
    const create = module.default.default ?? module.default;
    const client = create({ httpBase: plain(binance), wsBase: `${socket(binance)}/ws` });
    const prices = await client.prices({ symbol: 'TRXUSDT' });
    const ticker = await new Promise((resolve) => { client.ws.ticker('TRXUSDT', resolve); });
    let code = 0;
    try { await client.prices({ symbol: 'NOSUCH' }); } catch (error) { code = error.code; }
    return { price: prices.TRXUSDT, live: ticker.curDayClose, code };
  },
  async coinGecko() {
    const { default: Coingecko } = await import('@coingecko/coingecko-typescript');
    const client = new Coingecko({ baseURL: `${plain(coinGecko)}/api/v3`, demoAPIKey: 'key', maxRetries: 0 });
    const price = await client.simple.price.get({
      ids: 'bitcoin,tron,no-such', vs_currencies: 'usd,rub', include_last_updated_at: true, precision: 'full' });
    const markets = await client.coins.markets.get({ vs_currency: 'usd', per_page: 5 });
    return { ids: Object.keys(price).sort(), bitcoin: price.bitcoin.usd, updated: price.bitcoin.last_updated_at, markets: markets.length };
  },
  async ccxtKraken() {
    const exchange = new ccxt.pro.kraken({ enableRateLimit: false });
    await exchange.loadHttpProxyAgent();
    redirect(exchange.urls.api, kraken);
    exchange.urls.api.ws.publicV2 = `${socket(kraken)}/v2`;
    const ticker = await exchange.fetchTicker('BTC/USD');
    const candles = await exchange.fetchOHLCV('BTC/USD', '1m');
    const live = await exchange.watchTicker('BTC/USD');
    await exchange.close();
    return { symbol: ticker.symbol, last: ticker.last, candles: candles.length, live: live.last };
  },
};

console.log(JSON.stringify(await parts[which]()));
process.exit(0);
