// How the page looks and speaks, who is logged in, and what this is.
import { store, settings, keep, send } from './store.js';
import { h, say, segments } from './dom.js';
import { t } from './text.js';

export function open({ app, screen, title }) {
  say(title, t('Settings'));
  const choice = (name, key, choices) =>
    h(
      'div.pair',
      {},
      h('span', {}, t(name)),
      segments(
        t(name),
        choices.map(([value, text]) => [value, t(text)]),
        settings[key],
        value => {
          keep({ [key]: value });
          app.dress();
        },
      ),
    );
  const account =
    store.about.auth === 'password' && store.about.user
      ? h(
          'section',
          {},
          h('h2', {}, t('Account')),
          h(
            'div.pair',
            {},
            h('span', {}, store.about.user),
            h(
              'button.button',
              {
                type: 'button',
                onclick: async () => {
                  await send('DELETE', '/api/session');
                  location.reload();
                },
              },
              t('Log out'),
            ),
          ),
        )
      : null;
  screen.append(
    h(
      'div.settings',
      {},
      h(
        'section',
        {},
        h('h2', {}, t('Look')),
        choice('Theme', 'theme', [
          ['system', 'system'],
          ['dark', 'dark'],
          ['light', 'light'],
        ]),
        choice('Colours', 'colours', [
          ['green-red', 'green and red'],
          ['blue-orange', 'blue and orange'],
        ]),
        choice('Density', 'density', [
          ['compact', 'compact'],
          ['roomy', 'roomy'],
        ]),
        choice('Language', 'language', [
          ['system', 'system'],
          ['en', 'English'],
          ['ru', 'Russian'],
        ]),
        choice('Times', 'zone', [
          ['Europe/Moscow', 'Moscow'],
          ['UTC', 'UTC'],
          ['local', 'local'],
        ]),
      ),
      account,
      h('section', {}, h('h2', {}, t('Keys')), app.keys()),
      h(
        'section',
        {},
        h('h2', {}, t('About')),
        h(
          'p',
          {},
          'StockPipeline · ',
          h('a', { href: '/api/docs' }, 'REST'),
          ' · ',
          h('a', { href: '/health' }, 'health'),
          ' · ',
          h('a', { href: '/metrics' }, 'metrics'),
        ),
        h(
          'p',
          {},
          'Charts: Lightweight Charts™, © TradingView, Inc., ',
          h('a', { href: 'https://www.tradingview.com/', rel: 'noreferrer' }, 'tradingview.com'),
          ', ',
          h('a', { href: '/vendor/LICENSE.txt' }, 'Apache-2.0'),
          ', ',
          h('a', { href: '/vendor/NOTICE.txt' }, 'notice'),
        ),
      ),
    ),
  );
  return { close() {} };
}
