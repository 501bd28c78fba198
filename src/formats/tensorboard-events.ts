/**
 * TensorBoard's event files: TFRecords, each an `Event` of tensorboard/compat/proto/event.proto.
 *
 *   record   length uint64 | masked CRC-32C of the length | the event | masked CRC-32C of the event      little-endian
 *   Event    1 wall_time double · 2 step int64 · 3 file_version string (the first) | 5 summary
 *   Summary  1 value, repeated: 1 tag string · 2 simple_value float
 */
import { PbfWriter } from 'pbf';
import { crc32c } from './crc32c';

/** Numbers of one moment. */
export interface ScalarEvent {
  /** Seconds since 1970. */
  wallTime: number;
  step: number;
  /** Tag → value. */
  scalars: Readonly<Record<string, number>>;
}

const FILE_VERSION = 'brain.Event:2';

/** A file of these events, in their order. `startedAt`: seconds since 1970, of the record that says what file it is. */
export function tensorBoardFile(startedAt: number, events: Iterable<ScalarEvent>): Uint8Array<ArrayBuffer> {
  const records = [record(versionEvent(startedAt))];
  for (const event of events) records.push(record(summaryEvent(event)));
  const file = new Uint8Array(records.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const bytes of records) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

function versionEvent(wallTime: number): Uint8Array {
  const event = new PbfWriter();
  event.writeDoubleField(1, wallTime);
  event.writeStringField(3, FILE_VERSION);
  return event.finish();
}

function summaryEvent({ wallTime, step, scalars }: ScalarEvent): Uint8Array {
  const event = new PbfWriter();
  event.writeDoubleField(1, wallTime);
  if (step !== 0) event.writeVarintField(2, step);
  event.writeMessage(5, writeSummary, scalars);
  return event.finish();
}

function writeSummary(scalars: ScalarEvent['scalars'], summary: PbfWriter): void {
  for (const scalar of Object.entries(scalars)) summary.writeMessage(1, writeValue, scalar);
}

function writeValue([tag, number]: [string, number], value: PbfWriter): void {
  value.writeStringField(1, tag);
  value.writeFloatField(2, number);
}

/** A rotation and a constant, so that a CRC of bytes that contain CRCs is no worse (tensorflow/core/lib/hash/crc32c.h). */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

function record(event: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + 4 + event.length + 4);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(event.length), true);
  view.setUint32(8, maskedCrc(bytes.subarray(0, 8)), true);
  bytes.set(event, 12);
  view.setUint32(12 + event.length, maskedCrc(event), true);
  return bytes;
}
