import { classify, load } from './liteblock.js';

const model = await load(new URL('model.lbm', import.meta.url));

const canvas = document.querySelector('canvas');
const context = canvas.getContext('2d', { willReadFrequently: true });
const list = document.querySelector('ol');

/** Shows the best classes of what is on the canvas. */
function show() {
  const classes = classify(model, context.getImageData(0, 0, canvas.width, canvas.height));
  list.replaceChildren(
    ...classes.map(({ index, label, score }) => {
      const item = document.createElement('li');
      item.textContent = `${label ?? index}: ${score.toFixed(3)}`;
      return item;
    }),
  );
}

function clear() {
  context.fillStyle = 'black';
  context.fillRect(0, 0, canvas.width, canvas.height);
  list.replaceChildren();
}

Object.assign(context, { strokeStyle: 'white', lineWidth: 28, lineCap: 'round', lineJoin: 'round' });
clear();

canvas.addEventListener('pointerdown', ({ offsetX, offsetY, pointerId }) => {
  canvas.setPointerCapture(pointerId);
  context.beginPath();
  context.moveTo(offsetX, offsetY);
});
canvas.addEventListener('pointermove', ({ offsetX, offsetY, buttons }) => {
  if (!buttons) return;
  context.lineTo(offsetX, offsetY);
  context.stroke();
  show();
});
document.querySelector('button').addEventListener('click', clear);
document.querySelector('input').addEventListener('change', async ({ target }) => {
  const picture = await createImageBitmap(target.files[0]);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  show();
});
