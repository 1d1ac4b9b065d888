/** Whether a variable of buildseal's turns something off that is on where nothing is said. */
export function isOff(value: string | undefined): boolean {
  return value !== undefined && /^(?:0|false|no|off)$/i.test(value);
}

/** Whether a variable of buildseal's is on. */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(?:1|true|yes|on)$/i.test(value);
}
