/** What a user of PyTorch writes to get a file that is read here. */
export const exportingLines = `Write it in Python as a program, without code and without a pickle:
  program = torch.export.export(model.eval(), (example_input,))
  torch.export.save(program, 'model.pt2')`;
