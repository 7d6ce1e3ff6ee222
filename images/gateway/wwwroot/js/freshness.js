// How fresh what a chart shows is: when somebody last told us, or of how long ago the day is that a source told of when it was over.
import { store, marketNow } from './store.js';
import { h, say } from './dom.js';
import { t, age } from './text.js';

/** What has to be known of a source that tells of days alone. */
export const planOf = instrument =>
  instrument.endOfDay ? h('span.tag', { title: t('The plan of this source tells of a day when it is over') }, t('end of day')) : '';

/**
 * @param last the end of the newest candle in seconds, undefined where there is none
 * @param written when the newest candle came, in milliseconds of this machine
 */
export function drawFreshness(dot, instrument, last, written) {
  if (instrument.endOfDay) {
    dot.className = 'dot end-of-day';
    say(dot, last === undefined ? '' : age(marketNow() - last * 1000));
    return;
  }
  dot.className = `dot ${store.live.state === 'live' ? (Date.now() - written < 60_000 ? 'live' : 'quiet') : 'bad'}`;
  say(dot, written ? age(Date.now() - written) : '');
}
