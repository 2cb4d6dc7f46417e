import { expect, test } from 'vitest';
import { eventBody, frameOf } from '../../../../src/roles/web/frame.js';
import { parseEvents } from './fake-sink.js';

const eventFrame = (event: string, id: string, html: string): Buffer => frameOf(id, eventBody(event, html));

test('every line of HTML gets its own data field, whatever ends the line', () => {
  const text = eventFrame('risk-update', '5-1', '<p>\r\n  one\rtwo\n\n</p>').toString();
  expect(text).toBe('id: 5-1\nevent: risk-update\ndata: <p>\ndata: one\ndata: two\ndata: </p>\n\n');
});

test('no HTML can end its event early', () => {
  expect(parseEvents(eventFrame('alert', '1-1', 'a\n\nevent: evil\n\nb').toString())).toEqual([
    { id: '1-1', event: 'alert', html: 'a\nevent: evil\nb' },
  ]);
});
