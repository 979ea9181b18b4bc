import binaryen from 'assemblyscript/binaryen';

/** For each kind of expression how its operands are read. A kind that is not here is refused, so that none is passed over. */
const operands = new Map([
  [binaryen.NopId, () => []],
  [binaryen.UnreachableId, () => []],
  [binaryen.ConstId, () => []],
  [binaryen.LocalGetId, () => []],
  [binaryen.GlobalGetId, () => []],
  [binaryen.MemorySizeId, () => []],
  [binaryen.BlockId, (at) => counted(at, binaryen.Block.getNumChildren, binaryen.Block.getChildAt)],
  [binaryen.CallId, (at) => counted(at, binaryen.Call.getNumOperands, binaryen.Call.getOperandAt)],
  [binaryen.IfId, named(binaryen.If, 'Condition', 'IfTrue', 'IfFalse')],
  [binaryen.LoopId, named(binaryen.Loop, 'Body')],
  [binaryen.BreakId, named(binaryen.Break, 'Condition', 'Value')],
  [binaryen.SwitchId, named(binaryen.Switch, 'Condition', 'Value')],
  [binaryen.LocalSetId, named(binaryen.LocalSet, 'Value')],
  [binaryen.GlobalSetId, named(binaryen.GlobalSet, 'Value')],
  [binaryen.UnaryId, named(binaryen.Unary, 'Value')],
  [binaryen.BinaryId, named(binaryen.Binary, 'Left', 'Right')],
  [binaryen.SelectId, named(binaryen.Select, 'IfTrue', 'IfFalse', 'Condition')],
  [binaryen.DropId, named(binaryen.Drop, 'Value')],
  [binaryen.ReturnId, named(binaryen.Return, 'Value')],
  [binaryen.MemoryGrowId, named(binaryen.MemoryGrow, 'Delta')],
  [binaryen.SIMDExtractId, named(binaryen.SIMDExtract, 'Vec')],
  [binaryen.SIMDReplaceId, named(binaryen.SIMDReplace, 'Vec', 'Value')],
  [binaryen.SIMDShuffleId, named(binaryen.SIMDShuffle, 'Left', 'Right')],
  [binaryen.SIMDTernaryId, named(binaryen.SIMDTernary, 'A', 'B', 'C')],
  [binaryen.SIMDShiftId, named(binaryen.SIMDShift, 'Vec', 'Shift')],
  [binaryen.LoadId, named(binaryen.Load, 'Ptr')],
  [binaryen.StoreId, named(binaryen.Store, 'Ptr', 'Value')],
  [binaryen.SIMDLoadId, named(binaryen.SIMDLoad, 'Ptr')],
  [binaryen.SIMDLoadStoreLaneId, named(binaryen.SIMDLoadStoreLane, 'Ptr', 'Vec')],
  [binaryen.MemoryFillId, named(binaryen.MemoryFill, 'Dest', 'Value', 'Size')],
  [binaryen.MemoryCopyId, named(binaryen.MemoryCopy, 'Dest', 'Source', 'Size')],
]);

/** Operands that may be missing come as 0. */
function named(of, ...names) {
  return (at) => names.map((name) => of[`get${name}`](at)).filter((operand) => operand !== 0);
}

function counted(at, count, get) {
  return Array.from({ length: count(at) }, (_, i) => get(at, i));
}

/** Bytes that an instruction of SIMD loads or stores, in the order of the module's text: v128.load8_splat, v128.store64_lane … */
function simdBytes(text) {
  const [, bits, rest] = /v128\.(?:load|store)(\d+)(x\d+)?/.exec(text) ?? [];
  if (bits === undefined) throw new Error(`bound-accesses: the width of ${text} is not known`);
  return rest ? 8 : Number(bits) / 8;
}

/**
 * The module with a call before every access to memory that asks whether it is allowed (assembly/bounds/ranges.ts, which the
 * module must export). Code is otherwise as it was: it is not optimised again. `accesses` counts them.
 */
export function boundAccesses(wasm) {
  const module = binaryen.readBinary(wasm);
  module.setFeatures(binaryen.Features.All);
  const asks = (name) => binaryen.getExportInfo(module.getExport(name)).value;
  const { i32 } = binaryen;
  let accesses = 0;
  const call = (name, pointer, ...numbers) =>
    module.call(asks(name), [pointer, ...numbers.map((number) => module.i32.const(number))], i32);
  const bound = (of, at, bytes, store) => {
    of.setPtr(at, call(store ? 'stores' : 'loads', of.getPtr(at), of.getOffset(at), bytes));
    accesses++;
  };
  const instrument = new Map([
    [binaryen.LoadId, (at) => bound(binaryen.Load, at, binaryen.Load.getBytes(at), false)],
    [binaryen.StoreId, (at) => bound(binaryen.Store, at, binaryen.Store.getBytes(at), true)],
    [binaryen.SIMDLoadId, (at) => bound(binaryen.SIMDLoad, at, simdBytes(binaryen.emitText(at)), false)],
    [
      binaryen.SIMDLoadStoreLaneId,
      (at) => {
        const of = binaryen.SIMDLoadStoreLane;
        bound(of, at, simdBytes(binaryen.emitText(at)), of.isStore(at));
      },
    ],
    [
      binaryen.MemoryFillId,
      (at) => {
        const of = binaryen.MemoryFill;
        of.setDest(at, call('fills', of.getDest(at)));
        of.setSize(at, call('filling', of.getSize(at)));
        accesses++;
      },
    ],
    [
      binaryen.MemoryCopyId,
      (at) => {
        const of = binaryen.MemoryCopy;
        of.setDest(at, call('fills', of.getDest(at)));
        of.setSource(at, call('copies', of.getSource(at)));
        of.setSize(at, call('copying', of.getSize(at)));
        accesses++;
      },
    ],
  ]);
  const visit = (at) => {
    const kind = binaryen.getExpressionId(at);
    const read = operands.get(kind);
    if (!read) throw new Error(`bound-accesses: an expression of kind ${kind} is not known: ${binaryen.emitText(at)}`);
    for (const operand of read(at)) visit(operand);
    instrument.get(kind)?.(at);
  };
  for (let i = 0; i < module.getNumFunctions(); i++) {
    const { body } = binaryen.getFunctionInfo(module.getFunctionByIndex(i));
    if (body !== 0) visit(body);
  }
  if (!module.validate()) throw new Error('bound-accesses: the module with its calls is not valid');
  const bytes = module.emitBinary();
  module.dispose();
  return { bytes, accesses };
}
