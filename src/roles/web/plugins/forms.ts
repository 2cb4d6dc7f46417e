import { plugin } from './plugin.js';

/** Plain forms work without JavaScript: their fields arrive as an object of texts. */
export const forms = plugin(async (app) => {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
});
