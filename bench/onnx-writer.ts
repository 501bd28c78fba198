/**
 * Writes an ONNX model: the few messages of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) that a
 * graph of named nodes needs, in protocol buffers' wire format.
 */

const encoder = new TextEncoder();

/** A field of a message: number, and a varint (number) or bytes. */
type Field = [number: number, value: number | Uint8Array | string];

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return bytes;
}

function concatenated(parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function message(...fields: Field[]): Uint8Array {
  return concatenated(
    fields.flatMap(([number, value]) => {
      if (typeof value === 'number') return [Uint8Array.from([...varint(number << 3), ...varint(value)])];
      const bytes = typeof value === 'string' ? encoder.encode(value) : value;
      return [Uint8Array.from([...varint((number << 3) | 2), ...varint(bytes.length)]), bytes];
    }),
  );
}

const FLOAT = 1;
const INT64 = 7;

function tensor(name: string, shape: number[], values: Float32Array | BigInt64Array): Uint8Array {
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const dims = shape.map((n): Field => [1, n]);
  return message(...dims, [2, values instanceof Float32Array ? FLOAT : INT64], [8, name], [9, raw]);
}

/** An attribute's value: integer, list of integers, or a float in an array of its own. */
type Attribute = number | number[] | Float32Array;

function attribute(name: string, value: Attribute): Uint8Array {
  if (value instanceof Float32Array) {
    // Field 2 is a 32-bit float, wire type 5.
    const float = Uint8Array.from([(2 << 3) | 5, ...new Uint8Array(value.buffer, value.byteOffset, 4)]);
    return concatenated([message([1, name]), float, message([20, 1])]);
  }
  if (Array.isArray(value)) return message([1, name], ...value.map((n): Field => [8, n]), [20, 7]);
  return message([1, name], [3, value], [20, 2]);
}

function valueInfo(name: string, elementType: number, dimensions: string[]): Uint8Array {
  const shape = message(...dimensions.map((dimension): Field => [1, message([2, dimension])]));
  return message([1, name], [2, message([1, message([1, elementType], [2, shape])])]);
}

/** Builds a graph node by node; `bytes` gives the model. */
export class OnnxGraph {
  private readonly nodes: Uint8Array[] = [];
  private readonly initializers: Uint8Array[] = [];
  private readonly inputs: Uint8Array[] = [];
  private readonly outputs: Uint8Array[] = [];
  private names = 0;

  /** A constant; returns its name. */
  constant(shape: number[], values: Float32Array | number[]): string {
    const name = `c${this.names++}`;
    const data = values instanceof Float32Array ? values : BigInt64Array.from(values, BigInt);
    this.initializers.push(tensor(name, shape, data));
    return name;
  }

  /** An int64 input with named dimensions. */
  input(name: string, dimensions: string[]): string {
    this.inputs.push(valueInfo(name, INT64, dimensions));
    return name;
  }

  output(name: string, dimensions: string[]): void {
    this.outputs.push(valueInfo(name, FLOAT, dimensions));
  }

  /** A node with one output; returns its name. `domain`: com.microsoft for onnxruntime's own ops. */
  node(op: string, inputs: string[], attributes: Record<string, Attribute> = {}, output?: string, domain = ''): string {
    const name = output ?? `n${this.names++}`;
    this.nodes.push(
      message(
        ...inputs.map((input): Field => [1, input]),
        [2, name],
        [3, `${op}_${name}`],
        [4, op],
        ...Object.entries(attributes).map(([key, value]): Field => [5, attribute(key, value)]),
        [7, domain],
      ),
    );
    return name;
  }

  bytes(): Uint8Array {
    const field =
      (number: number) =>
      (value: Uint8Array): Field => [number, value];
    const graph = message(
      ...this.nodes.map(field(1)),
      [2, 'cross-encoder'],
      ...this.initializers.map(field(5)),
      ...this.inputs.map(field(11)),
      ...this.outputs.map(field(12)),
    );
    const opset = (domain: string, version: number): Field => [8, message([1, domain], [2, version])];
    return message([1, 9], [2, 'rerank-studio bench'], [7, graph], opset('', 20), opset('com.microsoft', 1));
  }
}
