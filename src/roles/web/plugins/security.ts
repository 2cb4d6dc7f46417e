import helmet from '@fastify/helmet';
import { plugin } from './plugin.js';

/** Everything comes from this server: no inline script or style, no other origin, no framing. */
export const security = plugin(async (app) => {
  await app.register(helmet, {
    global: true,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // The page is served over plain HTTP on the trader's own machine; a proxy with TLS adds this itself.
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'same-origin' },
  });
});
