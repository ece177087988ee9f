"""Captions and the byte-pair tokenizer, in the file format of CLIP.

Every word that a caption uses becomes one token: merges are learned by counting pairs over those words until each
is whole. Other words still encode, into smaller pieces that the text encoder has not been trained on.

    python3 tokens.py      writes ../demo/tokenizer and prints a few captions with their token numbers
"""
import collections
import json
import os
import random
import re

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "..", "demo", "tokenizer")
START, END, LENGTH = "<|startoftext|>", "<|endoftext|>", 77
NUMBERS = {1: "one", 2: "two", 3: "three"}
MOUTHS = {"smile": ("a smile",), "open": ("an open mouth", "a big laugh"), "fangs": ("fangs", "sharp teeth"),
          "frown": ("a frown", "a sad mouth")}
HEADS = {"horns": ("horns", "two horns"), "ears": ("round ears", "ears"), "bare": ("a bare head",)}
ARMS = {"up": ("arms up", "raised arms"), "down": ("arms down",), "waving": ("a waving arm",)}
COATS = {"plain": ("a plain body",), "belly": ("a light belly", "a belly"), "striped": ("stripes",), "spotted": ("spots",)}
MOODS = {"smile": "happy", "open": "laughing", "fangs": "scary", "frown": "sad"}


def caption(t, rng):
    """A caption that names some of the traits in any order; what it leaves out is for the noise to decide."""
    keep = rng.choice((1.0, 0.85, 0.5, 0.2))
    word = [t["shape"] if rng.random() < keep else "", t["body"] if rng.random() < max(keep, .85) else ""]
    if rng.random() < .15:
        word.insert(0, rng.choice(("friendly", "cute", "little", MOODS[t["mouth"]])))
    eyes = NUMBERS[t["eyes"]] + (" " + t["iris"] if rng.random() < .5 else "") + (" eye" if t["eyes"] == 1 else " eyes")
    parts = [p for p in (eyes, rng.choice(MOUTHS[t["mouth"]]), rng.choice(HEADS[t["head"]]),
                         rng.choice(ARMS[t["arms"]]), rng.choice(COATS[t["coat"]])) if rng.random() < keep]
    rng.shuffle(parts)
    words = " ".join(w for w in word if w)
    text = ("an " if words.startswith("orange") else "a ") + (words + " " if words else "") + "monster"
    if parts:
        text += " with " + (" and ".join(parts) if len(parts) == 2 and rng.random() < .5 else ", ".join(parts))
    if rng.random() < .7:
        text += " on a " + t["background"] + " background"
    return text


def vocabulary():
    """Every word that caption() can write, and the comma and full stop."""
    import draw
    words = {"a", "an", "monster", "with", "on", "and", "background", "eye", "eyes", ",", ".", "friendly", "cute", "little"}
    for table in (MOUTHS, HEADS, ARMS, COATS):
        words.update(w for names in table.values() for name in names for w in name.split())
    words.update(NUMBERS.values(), MOODS.values(), draw.BODIES, draw.BACKGROUNDS, draw.IRISES, draw.SHAPES)
    return sorted(words)


def byte_letters():
    """CLIP's printable stand-in for each of the 256 bytes."""
    plain = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    table = {b: chr(b) for b in plain}
    rest = [b for b in range(256) if b not in table]
    table.update({b: chr(256 + i) for i, b in enumerate(rest)})
    # Token numbers follow this order: printable bytes first, then the rest.
    return {b: table[b] for b in plain + rest}


def join(symbols, pair):
    out, i = [], 0
    while i < len(symbols):
        if tuple(symbols[i:i + 2]) == pair:
            out.append(symbols[i] + symbols[i + 1])
            i += 2
        else:
            out.append(symbols[i])
            i += 1
    return out


def learn(words):
    """Merges, the commonest pair first, until every word is one token."""
    split = {w: list(w[:-1]) + [w[-1] + "</w>"] for w in words}
    merges = []
    while True:
        pairs = collections.Counter(p for s in split.values() for p in zip(s, s[1:]))
        if not pairs:
            return merges
        best = min(pairs, key=lambda p: (-pairs[p], p))
        merges.append(best)
        split = {w: join(s, best) for w, s in split.items()}


def write(folder=FOLDER):
    merges = learn(vocabulary())
    letters = list(byte_letters().values())
    tokens = letters + [x + "</w>" for x in letters] + ["".join(m) for m in merges] + [START, END]
    os.makedirs(folder, exist_ok=True)

    def put(name, value):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
            f.write(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1) + "\n")

    put("vocab.json", {t: i for i, t in enumerate(tokens)})
    put("merges.txt", "#version: 0.2\n" + "".join(a + " " + b + "\n" for a, b in merges))
    put("tokenizer_config.json", {
        "tokenizer_class": "CLIPTokenizer", "model_max_length": LENGTH, "do_lower_case": True, "errors": "replace",
        "add_prefix_space": False, "bos_token": START, "eos_token": END, "unk_token": END, "pad_token": END})
    put("special_tokens_map.json", {"bos_token": START, "eos_token": END, "unk_token": END, "pad_token": END})


class Tokenizer:
    def __init__(self, folder=FOLDER):
        with open(os.path.join(folder, "vocab.json"), encoding="utf-8") as f:
            self.number = json.load(f)
        with open(os.path.join(folder, "merges.txt"), encoding="utf-8") as f:
            self.rank = {tuple(line.split()): i for i, line in enumerate(f.read().splitlines()[1:])}
        self.letters, self.known = byte_letters(), {}

    def word(self, word):
        if word not in self.known:
            s = [self.letters[b] for b in word.encode()]
            s[-1] += "</w>"
            while len(s) > 1:
                best = min(zip(s, s[1:]), key=lambda p: self.rank.get(p, 1 << 30))
                if best not in self.rank:
                    break
                s = join(s, best)
            self.known[word] = [self.number[x] for x in s]
        return self.known[word]

    def __call__(self, text, length=LENGTH):
        """Token numbers with start, end and padding, as long as asked."""
        body = [n for w in re.findall(r"[a-z]+|[0-9]|[^\sa-z0-9]+", text.lower()) for n in self.word(w)]
        ids = [self.number[START]] + body[:length - 2] + [self.number[END]]
        return ids + [self.number[END]] * (length - len(ids))


def main():
    import draw
    write()
    tokenizer, rng = Tokenizer(), random.Random(3)
    for _ in range(8):
        text = caption(draw.traits(rng), rng)
        print(text, "|", len(tokenizer.word("monster")), tokenizer(text, 32))
    longest = max((len(re.findall(r"[a-z]+|[^\sa-z]+", caption(draw.traits(rng), rng))) for _ in range(20000)))
    print(len(tokenizer.number), "tokens; the longest caption has", longest, "words")


if __name__ == "__main__":
    main()
