#!/usr/bin/env node
// Follows one feed of a Kopilka store: prints what it takes, a line a record.
//
//   follow.js                      events from the first one on, for ever
//   follow.js --until-end          only those that are there
//   follow.js --feed outcomes      or payouts
//
// Of the events it also sums the cashback that was released to each member. Stopped or killed, and
// run again, it goes on where it was: all that it knows is in the file --place.
'use strict';

const fs = require('node:fs');
const { randomUUID } = require('node:crypto');
const { parseArgs } = require('node:util');
const { ByteBuffer } = require('flatbuffers');
const { Kafka, logLevel } = require('kafkajs');

// Made from schemas/events.fbs, one class a type of event: see ../README.md.
const { FreezeExpired } = require('./generated/kopilka/events/freeze-expired.js');
const { PurchaseRecorded } = require('./generated/kopilka/events/purchase-recorded.js');

// What the first record of each feed names as the one before it.
const BEGINNINGS = { events: '0', outcomes: '0/0', payouts: '0' };
const RECORDS_BETWEEN_SAVES = 100;

// Place and sums lie in one file, so the sums always fit the last record taken.
function load(path, feed) {
  if (fs.existsSync(path)) return JSON.parse(fs.readFileSync(path, 'utf8'));
  // Whose feed it is shows the first record; `released` is in kopecks by member, as text.
  return { store: null, seq: BEGINNINGS[feed], offset: null, released: {} };
}

function save(path, place) {
  const file = fs.openSync(path + '.new', 'w');
  fs.writeFileSync(file, JSON.stringify(place));
  fs.fsyncSync(file);
  fs.closeSync(file);
  fs.renameSync(path + '.new', path);  // the old file or the new one, never half of it
}

// "57" or an outcome's "4/9": both numbers may be beyond what a double holds exactly.
function isAfter(seq, other) {
  const [left, right] = [seq, other].map((text) => text.split('/').map(BigInt));
  const at = left.findIndex((part, i) => part !== right[i]);
  return at >= 0 && left[at] > right[at];
}

// Written when it returns, so before the place is saved; console.log would only queue it, and a kill
// could lose what the place says was done.
const print = (line) => fs.writeFileSync(1, `${line}\n`);

const roubles = (kopecks) => `${kopecks / 100n}.${String(kopecks % 100n).padStart(2, '0')}`;

// The value is the table that `type` names; what is of no interest need not be decoded. Numbers of
// 64 bits come as BigInt, so that no kopeck is rounded.
function showEvent(place, headers, message) {
  const payload = new ByteBuffer(message.value);
  let fields = '';
  if (headers.type === 'PurchaseRecorded') {
    const event = PurchaseRecorded.getRootAsPurchaseRecorded(payload);
    fields = ` member=${event.member()} action=${event.actionId()}` +
      ` cashback=${roubles(event.cashback())}`;
  } else if (headers.type === 'FreezeExpired') {
    const event = FreezeExpired.getRootAsFreezeExpired(payload);
    const released = event.toAvailable() + event.toDebt();
    const before = BigInt(place.released[event.member()] ?? 0);
    place.released[event.member()] = String(before + released);
    fields = ` member=${event.member()} released=${roubles(released)}`;
  }
  print(`${headers.seq} ${headers.type} key=${message.key ?? ''}${fields}`);
}

// Outcomes and payouts are JSON already.
function showJson(_place, headers, message) {
  print(`${headers.seq} ${message.value}`);
}

function headersOf(message) {
  const texts = Object.entries(message.headers ?? {}).map(([name, value]) => [name, `${value}`]);
  return Object.fromEntries(texts);
}

// The one rule: take what follows the last one taken, drop what is old, stop at a gap.
function take(place, feed, message) {
  const headers = headersOf(message);
  const where = `offset ${message.offset}`;
  if (!headers.seq || !headers.previous || !headers.store)
    throw new Error(`what stands at ${where} was put there by no publisher`);
  place.store ??= headers.store;
  if (headers.store !== place.store)
    throw new Error(`${where} is of store ${headers.store}, and this place of ${place.store}: ` +
      'begin another place');
  if (!isAfter(headers.seq, place.seq)) return;
  if (headers.previous !== place.seq)
    throw new Error(`a gap: ${headers.seq} at ${where} follows ${headers.previous}, ` +
      `and the last one taken was ${place.seq}`);
  (feed === 'events' ? showEvent : showJson)(place, headers, message);
  place.seq = headers.seq;
  place.offset = message.offset;
}

async function endOf(kafka, topic) {
  const admin = kafka.admin();
  await admin.connect();
  const [bounds] = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  return bounds.high === bounds.low ? 0n : BigInt(bounds.high);
}

async function follow(options, path, place) {
  const kafka = new Kafka({ brokers: options.brokers.split(','), logLevel: logLevel.NOTHING });
  const topic = `${options.prefix}.${options.feed}`;
  const end = await endOf(kafka, topic);
  if (options['until-end'] && end === 0n) return;
  // This library reads in groups only. One of its own each time: the place is in our file.
  const group = { groupId: `follower-${randomUUID()}`, allowAutoTopicCreation: false };
  const consumer = kafka.consumer(group);
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  // Reading goes on with the record that was taken last. Where another one stands by now, the feed
  // was made anew: then it is read from its beginning, and what is old is dropped.
  let resumed = place.offset !== null && BigInt(place.offset) < end;
  const reading = new Promise((resolve, reject) => {
    const read = ({ batch }) => {
      const isOther = resumed && headersOf(batch.messages[0]).seq !== place.seq;
      resumed = false;
      if (isOther) return consumer.seek({ topic, partition: 0, offset: '0' });
      try {
        for (const [i, message] of batch.messages.entries()) {
          take(place, options.feed, message);
          if (i % RECORDS_BETWEEN_SAVES === 0) save(path, place);
        }
      } finally {
        save(path, place);
      }
      if (options['until-end'] && BigInt(batch.lastOffset()) + 1n >= end) resolve();
    };
    let stopped = false;
    const eachBatch = async (given) => {
      try { if (!stopped) read(given); } catch (why) { stopped = true; reject(why); }
    };
    consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || reject(payload.error));
    consumer.run({ autoCommit: false, eachBatch }).catch(reject);
    if (resumed) consumer.seek({ topic, partition: 0, offset: place.offset });
  });
  await reading.finally(() => consumer.disconnect());
}

async function main() {
  const { values: options } = parseArgs({ options: {
    brokers: { type: 'string', default: '127.0.0.1:9092' },
    prefix: { type: 'string', default: 'kopilka' },
    feed: { type: 'string', default: 'events' },
    place: { type: 'string' },  // the file that it keeps; FEED.place if not named
    'until-end': { type: 'boolean', default: false },
  } });
  const path = options.place ?? `${options.feed}.place`;
  const place = load(path, options.feed);
  await follow(options, path, place);
  for (const member of Object.keys(place.released))  // numbers are keys in rising order
    print(`member ${member}: ${roubles(BigInt(place.released[member]))} released`);
}

main().catch((why) => {
  console.error(`follow.js: ${why.message}`);
  process.exit(1);
});
