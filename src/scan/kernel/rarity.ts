/** How rare each byte is, in half bits (base 36), in 520 MB of a Debian system with a compiler: programs, libraries, texts. */
const halfBits =
  "4cefefghegeiiiecfijjjjkkgkkkjkjhakjjciljghjkghgieegihhiighiiihjkgdggefhiaekjdhhigligghjkikkiiikd" +
  "iehffcehgeljfgeefkeecfhigikjijkkhjleeejkjcmdjfkkilmlklmmjmmmlmmkjmmllmmmkmmlkmmmkmmmkljkikjljlij" +
  "fijhijihjklmllllilillllljllklmkiikklklkjegkijkjijlkikkijikijiiha";

/** Of how many bytes of a system one is this byte. */
export const frequency: Float64Array = Float64Array.from(halfBits, (digit) => 2 ** (-Number.parseInt(digit, 36) / 2));

/** The same where upper and lower case count as one; of the lower. */
export const foldedFrequency: Float64Array = Float64Array.from(
  frequency,
  (_, byte) => frequency[byte | 0x20]! + (byte & 0x20 ? frequency[byte & 0xdf]! : frequency[byte]!),
);
