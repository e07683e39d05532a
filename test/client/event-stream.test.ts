/** Server-Sent Events, however their bytes are cut. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { EventStreamParser, type ServerSentEvent } from "../../src/client/event-stream.ts";

function parsed(chunks: Iterable<Uint8Array>): ServerSentEvent[] {
  const parser = new EventStreamParser();
  return [...chunks].flatMap((chunk) => parser.push(chunk));
}

function whole(text: string): ServerSentEvent[] {
  return parsed([new TextEncoder().encode(text)]);
}

test("an event has an id and data, and ends with an empty line", () => {
  expect(whole("id: 1\ndata: a\n\n")).toEqual([{ id: "1", data: "a" }]);
  expect(whole("id: 1\ndata: a\n")).toEqual([]);
  expect(whole("id:1\ndata:a\ndata: b\ndata\n\n")).toEqual([{ id: "1", data: "a\nb\n" }]);
});

test("the id of an event is its own, and one without data only says how far the stream is", () => {
  const text = "id: 1\ndata: a\n\n: heartbeat\nid: 5\n\ndata: b\n\n: heartbeat\n\n";
  expect(whole(text)).toEqual([
    { id: "1", data: "a" },
    { id: "5", data: null },
    { id: null, data: "b" },
  ]);
});

test("comments, other fields and what is none are passed over; retry is remembered", () => {
  const parser = new EventStreamParser();
  const text =
    "\uFEFFretry: 250\n\n:: data: no\nevent: x\nnonsense\nretry: soon\nid: a\0b\ndata: y: z\n\n";
  expect(parser.push(new TextEncoder().encode(text))).toEqual([{ id: null, data: "y: z" }]);
  expect(parser.retryMs).toBe(250);
});

const line = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll(/[\r\n]/g, ""));
const event = fc.record({ id: fc.nat(), data: fc.array(line, { minLength: 1, maxLength: 3 }) });

test("the events are the same wherever the bytes are cut, also inside a character or a line end", () => {
  const ends = fc.constantFrom("\n", "\r", "\r\n");
  const cuts = fc.array(fc.nat(), { maxLength: 40 });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 5 }), ends, cuts, (events, end, at) => {
      const text = events
        .map(({ id, data }) =>
          [`id: ${id}`, ...data.map((one) => `data: ${one}`), "", ""].join(end),
        )
        .map((block) => block.slice(0, block.length - end.length) + end)
        .join("");
      const bytes = new TextEncoder().encode(text);
      const places = [...new Set(at.map((place) => place % (bytes.length + 1)))].sort(
        (a, b) => a - b,
      );
      const chunks = [0, ...places].map((from, index) => bytes.subarray(from, places[index]));
      const expected = events.map(({ id, data }) => ({ id: String(id), data: data.join("\n") }));
      expect(parsed(chunks)).toEqual(expected);
      const single = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
      expect(parsed(single)).toEqual(expected);
    }),
  );
});
