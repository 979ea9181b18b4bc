/**
 * Boxes of objects, from the outputs of a model that ends in a detection head.
 *
 * @module liteblock/detect
 */
export { type ErrorCode, LiteBlockError, type Problem } from '../format/errors.ts';
export {
  type Box,
  type DetectedObject,
  type DetectionModel,
  type DetectionTensors,
  detections,
  detectionTensors,
} from './detections.ts';
