import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import type { WebContext } from '../app.js';
import { BADGES } from '../panels/status.js';
import { plugin } from './plugin.js';

/** `/docs`: the JSON routes, described from the same schemas that check them. */
export const docs = plugin(async (app, { mode }: WebContext) => {
  const badge = BADGES[mode];
  const title = badge === undefined ? 'Futures Co-Pilot' : `${badge} · Futures Co-Pilot`;
  await app.register(swagger, {
    openapi: {
      info: {
        title,
        description:
          'What should I trade today, and when should I not trade at all? Times are UTC; prices lie on the tick grid.',
        version: '1',
      },
    },
    hideUntagged: true,
    transform: jsonSchemaTransform,
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    theme: { title },
    uiConfig: { docExpansion: 'list', defaultModelsExpandDepth: 0 },
    // Its bundle writes a style element of its own; scripts stay as strict as everywhere.
    transformStaticCSP: (header) => `${header};style-src 'self' 'unsafe-inline'`,
  });
});
