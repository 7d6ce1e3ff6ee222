// Runs a bot made with grammY at the simulated Bot API until it is told "stop"; says what it saw as one line of JSON.
import { Bot, GrammyError, InlineKeyboard, InputFile } from 'grammy';

const [apiRoot, picture] = process.argv.slice(2);
const bot = new Bot('12345:grammy', { client: { apiRoot: apiRoot.replace(/\/$/, '') } });
const seen = { commands: [], pressed: [], refused: [] };

bot.command('start', async (context) => {
  seen.commands.push(context.match);
  await context.reply('<b>hello</b> &amp; welcome', { parse_mode: 'HTML', reply_markup: new InlineKeyboard().text('yes', 'answer:yes') });
});
bot.on('callback_query:data', async (context) => {
  seen.pressed.push(context.callbackQuery.data);
  await context.answerCallbackQuery({ text: 'ok' });
  await context.editMessageText('done');
  const photo = await context.replyWithPhoto(new InputFile(Buffer.from(picture, 'base64'), 'a.png'), { caption: 'a picture' });
  seen.photo = photo.photo.at(-1).width;
});
bot.command('stop', async () => {
  for (const chat of [404, 403]) {
    try { await bot.api.sendMessage(chat, 'nobody'); } catch (error) {
      if (error instanceof GrammyError) seen.refused.push(error.error_code);
    }
  }
  try { for (let i = 0; i < 9; i++) await bot.api.sendMessage(7, `${i}`); } catch (error) {
    seen.refused.push(error.error_code, error.parameters.retry_after);
  }
  const me = await bot.api.getMe();
  process.stdout.write(JSON.stringify({ ...seen, me: me.username }), () => process.exit(0));
});
bot.catch((failed) => { console.error(failed.error); process.exit(1); });
await bot.api.setMyCommands([{ command: 'start', description: 'Begin' }]);
bot.start();
