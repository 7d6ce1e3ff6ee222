// Reads the simulated polygon.io with polygon's own client: node read.mjs REST-ADDRESS SOCKET-ADDRESS FIRST-DAY LAST-DAY
import { restClient, websocketClient } from "@polygon.io/client-js";

const [rest, socket, from, to] = process.argv.slice(2);
const client = restClient("key", rest, { pagination: true });
const seen = {};
seen.minutes = (await client.getStocksAggregates("AAPL", 1, "minute", from, to, true, "asc", 500)).results;
seen.days = (await client.getStocksAggregates("TSLA", 1, "day", from, to)).results;
seen.grouped = (await client.getGroupedStocksAggregates(from)).results.map((one) => one.T);
seen.previous = (await client.getPreviousStocksAggregates("AAPL")).results.length;
seen.empty = (await client.getStocksAggregates("NOBODY", 1, "day", from, to)).results ?? null;
seen.tickers = (await client.listTickers(...Array(13), 7)).results.map((one) => one.ticker).sort();
seen.splits = (await client.listStockSplits("TSLA")).results;
seen.holidays = (await client.getMarketHolidays()).length;
seen.status = (await client.getMarketStatus()).market;
seen.snapshot = (await client.getStocksSnapshotTicker("MSFT")).ticker.ticker;
seen.refused = await restClient("", rest).getPreviousStocksAggregates("AAPL").catch((error) => error.response.data.error);

const live = websocketClient("key", socket).stocks();
seen.live = await new Promise((done, failed) => {
  const heard = [];
  const limit = setTimeout(() => failed(new Error(`only heard ${JSON.stringify(heard)}`)), 60000);
  live.onerror = failed;
  live.onmessage = ({ data }) => {
    for (const event of JSON.parse(data)) {
      heard.push(event.ev === "status" ? event.status : `${event.ev}.${event.sym}`);
      // The client says by itself who it is.
      if (event.ev === "status" && event.status === "auth_success") live.send(JSON.stringify({ action: "subscribe", params: "AM.AAPL" }));
      if (event.ev === "AM") {
        clearTimeout(limit);
        live.close();
        done(heard);
      }
    }
  };
});
process.stdout.write(`${JSON.stringify(seen)}\n`, () => process.exit(0));
