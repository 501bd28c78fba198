/**
 * Writes an ONNX model: the messages of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) that a graph of named
 * nodes needs. Weights are declared by name and shape and come last, tensor by tensor, so that the file is never in memory whole:
 *
 *   ModelProto   ir_version, producer, opset_import, graph { nodes, name, inputs, outputs, initializers { dims, name, raw_data } … }
 */
import { PbfWriter } from 'pbf';
import type { NamedArray } from './named-array';

/** Types of elements (TensorProto.DataType) and of attributes (AttributeProto.AttributeType). */
const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE = { float: 1, int: 2, ints: 7 } as const;

/** ONNX 1.12: opset 17, the first with LayerNormalization. */
const [IR_VERSION, OPSET] = [8, 17];
/** Wire type of length-delimited fields: https://protobuf.dev/programming-guides/encoding/#structure */
const LENGTH_DELIMITED = 2;

/** An attribute of a node: an integer, several, or a float. */
export type OnnxAttribute = number | readonly number[] | { float: number };

const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

function message(write: (pbf: PbfWriter) => void): Uint8Array<ArrayBuffer> {
  const pbf = new PbfWriter();
  write(pbf);
  return pbf.finish().slice() as Uint8Array<ArrayBuffer>;
}

const nested = (pbf: PbfWriter, field: number, write: (pbf: PbfWriter) => void) =>
  pbf.writeMessage(field, (_: undefined, inner) => write(inner), undefined);

/** Opens a length-delimited field whose `length` bytes follow. */
function openField(pbf: PbfWriter, field: number, length: number): void {
  pbf.writeTag(field, LENGTH_DELIMITED);
  pbf.writeVarint(length);
}

function writeAttribute(pbf: PbfWriter, name: string, value: OnnxAttribute): void {
  pbf.writeStringField(1, name);
  if (typeof value === 'number') {
    pbf.writeVarintField(3, value);
    pbf.writeVarintField(20, ATTRIBUTE.int);
  } else if ('float' in value) {
    pbf.writeFloatField(2, value.float);
    pbf.writeVarintField(20, ATTRIBUTE.float);
  } else {
    for (const n of value) pbf.writeVarintField(8, n);
    pbf.writeVarintField(20, ATTRIBUTE.ints);
  }
}

/** TensorProto up to its raw data, which must follow. */
function tensorHead(name: string, shape: readonly number[], elementType: number, bytes: number) {
  return message((pbf) => {
    for (const n of shape) pbf.writeVarintField(1, n);
    pbf.writeVarintField(2, elementType);
    pbf.writeStringField(8, name);
    openField(pbf, 9, bytes);
  });
}

/** ValueInfoProto of a tensor with dimensions of any size, known by name, or of a fixed one. */
const valueInfo = (name: string, elementType: number, dimensions: readonly (string | number)[]) =>
  message((pbf) => {
    pbf.writeStringField(1, name);
    nested(pbf, 2, (type) =>
      nested(type, 1, (tensor) => {
        tensor.writeVarintField(1, elementType);
        nested(tensor, 2, (shape) => {
          for (const dimension of dimensions) {
            nested(shape, 1, (entry) => {
              if (typeof dimension === 'number') entry.writeVarintField(1, dimension);
              else entry.writeStringField(2, dimension);
            });
          }
        });
      }),
    );
  });

/** Builds a graph node by node; `blob` gives the file. */
export class OnnxGraph {
  /** Fields of GraphProto in front of its weights. */
  private readonly fields: [number, Uint8Array<ArrayBuffer>][] = [];
  private readonly domains = new Set<string>(['']);
  private readonly declared = new Map<string, readonly number[]>();
  private names = 0;

  /** @param name shown by viewers */
  constructor(readonly name: string) {}

  /** A small constant, float32 or (plain numbers) int64; returns its name. */
  constant(shape: readonly number[], values: Float32Array | readonly number[]): string {
    const name = `constant_${this.names++}`;
    const data = values instanceof Float32Array ? values : BigInt64Array.from(values, BigInt);
    const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const head = tensorHead(name, shape, values instanceof Float32Array ? FLOAT : INT64, raw.length);
    this.fields.push([5, concatenated(head, raw)]);
    return name;
  }

  /** Declares a float32 tensor, the values of which `blob` is given; returns its name. */
  weight(name: string, shape: readonly number[]): string {
    this.declared.set(name, shape);
    return name;
  }

  /** An int64 input; a dimension by name is of any size. */
  input(name: string, dimensions: readonly (string | number)[]): string {
    this.fields.push([11, valueInfo(name, INT64, dimensions)]);
    return name;
  }

  /** A float32 output. */
  output(name: string, dimensions: readonly (string | number)[]): void {
    this.fields.push([12, valueInfo(name, FLOAT, dimensions)]);
  }

  /**
   * A node with one output; returns the output's name.
   * @param domain com.microsoft for onnxruntime's own operators
   */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: Record<string, OnnxAttribute> = {},
    { output = `${operator}_${this.names++}`, domain = '' }: { output?: string; domain?: string } = {},
  ): string {
    this.domains.add(domain);
    const node = message((pbf) => {
      for (const input of inputs) pbf.writeStringField(1, input);
      pbf.writeStringField(2, output);
      pbf.writeStringField(3, `${output}_node`);
      pbf.writeStringField(4, operator);
      for (const [name, value] of Object.entries(attributes)) {
        nested(pbf, 5, (attribute) => writeAttribute(attribute, name, value));
      }
      if (domain !== '') pbf.writeStringField(7, domain);
    });
    this.fields.push([1, node]);
    return output;
  }

  /**
   * The file, each tensor a part of its own, which a browser keeps on disk when there are many.
   * @param weights values of every declared weight, in any order; one that was not declared is an error
   * @throws Error naming the tensor that is missing, unknown, or of another size.
   */
  async blob(weights: AsyncIterable<NamedArray>): Promise<Blob> {
    const parts = new Map<string, Blob>();
    for await (const { name, values } of weights) {
      const shape = this.declared.get(name);
      if (!shape || values.length !== sizeOf(shape)) {
        const expected = shape ? `[${shape.join(', ')}]` : `one of the graph's weights`;
        throw new Error(`onnx: tensor ${name}: expected ${expected}, found ${values.length} values`);
      }
      parts.set(name, new Blob([values as Float32Array<ArrayBuffer>]));
    }
    const initializers = [...this.declared].flatMap(([name, shape]) => {
      const data = parts.get(name);
      if (!data) throw new Error(`onnx: tensor ${name}: expected [${shape.join(', ')}], found none`);
      const head = tensorHead(name, shape, FLOAT, data.size);
      return [message((pbf) => openField(pbf, 5, head.length + data.size)), head, data];
    });
    const fields = message((pbf) => {
      pbf.writeStringField(2, this.name);
      for (const [field, bytes] of this.fields) pbf.writeBytesField(field, bytes);
    });
    const length = initializers.reduce((sum, part) => sum + (part instanceof Blob ? part.size : part.length), 0);
    const head = message((pbf) => {
      pbf.writeVarintField(1, IR_VERSION);
      pbf.writeStringField(2, 'rerank-studio');
      for (const domain of this.domains) {
        nested(pbf, 8, (opset) => {
          opset.writeStringField(1, domain);
          opset.writeVarintField(2, domain === '' ? OPSET : 1);
        });
      }
      openField(pbf, 7, fields.length + length);
    });
    return new Blob([head, fields, ...initializers], { type: 'application/octet-stream' });
  }
}

function concatenated(head: Uint8Array, tail: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(head.length + tail.length);
  bytes.set(head);
  bytes.set(tail, head.length);
  return bytes;
}
