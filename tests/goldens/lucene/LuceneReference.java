import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.TypeAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;

/**
 * Lucene as Anserini uses it: the reference for the goldens, and the peer of the benches. Run by lucene.sh.
 *
 *   classes                              the word-break class of every code point, as runs
 *   analyze TEXTS                        tokens, types and terms of each line of TEXTS, and of some built-in odd ones; JSON
 *   fuzz COUNT SEED                      the same for random texts that mix all word-break classes; JSON
 *   stem WORDS                           `word term` lines
 *   search COLLECTION QUERIES DEPTH      a TREC run, scores as exact float32 values
 *   serve COLLECTION QUERIES DEPTH       answers each line `index` or `search` of stdin with the milliseconds it took
 *
 * TEXTS has one text a line, with \n, \t and \\uXXXX escapes; COLLECTION and QUERIES are TSV (id, [title,] text), maybe gzip.
 */
public class LuceneReference {
  static final float K1 = 0.9f;
  static final float B = 0.4f;

  final Analyzer analyzer = new EnglishAnalyzer();
  final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  public static void main(String[] args) throws Exception {
    LuceneReference reference = new LuceneReference();
    switch (args[0]) {
      case "classes" -> reference.classes();
      case "analyze" -> reference.analyze(texts(args[1]));
      case "fuzz" -> reference.analyze(randomTexts(Integer.parseInt(args[1]), Long.parseLong(args[2])));
      case "stem" -> reference.stem(args[1]);
      case "search" -> reference.search(records(args[1]), records(args[2]), Integer.parseInt(args[3]));
      case "serve" -> reference.serve(records(args[1]), records(args[2]), Integer.parseInt(args[3]));
      default -> throw new IllegalArgumentException("unknown mode " + args[0]);
    }
  }

  // Analysis

  /** The scanner's own map of code points to character classes, which is the Unicode data that it was generated from. */
  static int[] scannerClasses() throws Exception {
    Class<?> scanner = Class.forName("org.apache.lucene.analysis.standard.StandardTokenizerImpl");
    Method map = scanner.getDeclaredMethod("zzCMap", int.class);
    map.setAccessible(true);
    int[] classes = new int[Character.MAX_CODE_POINT + 1];
    for (int codePoint = 0; codePoint < classes.length; codePoint++) classes[codePoint] = (int) map.invoke(null, codePoint);
    return classes;
  }

  void classes() throws Exception {
    int[] classes = scannerClasses();
    for (int start = 0; start < classes.length; ) {
      int end = start;
      while (end < classes.length && classes[end] == classes[start]) end++;
      out.println(classes[start] + " " + (end - start));
      start = end;
    }
  }

  /** Texts of 1 to 12 code points; each code point's class is drawn first, so that rare classes meet often. */
  static List<String> randomTexts(int count, long seed) throws Exception {
    int[] classes = scannerClasses();
    Map<Integer, List<Integer>> members = new LinkedHashMap<>();
    for (int codePoint = 0; codePoint < classes.length; codePoint++) {
      if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) continue;
      members.computeIfAbsent(classes[codePoint], any -> new ArrayList<>()).add(codePoint);
    }
    List<List<Integer>> byClass = new ArrayList<>(members.values());
    Random random = new Random(seed);
    List<String> texts = new ArrayList<>();
    while (texts.size() < count) {
      StringBuilder text = new StringBuilder();
      // A few classes a text: then they repeat and combine.
      int[] some = random.ints(1 + random.nextInt(4), 0, byClass.size()).toArray();
      int length = 1 + random.nextInt(12);
      for (int i = 0; i < length; i++) {
        List<Integer> of = byClass.get(some[random.nextInt(some.length)]);
        text.appendCodePoint(of.get(random.nextInt(of.size())));
      }
      texts.add(text.toString());
    }
    return texts;
  }

  static List<String> texts(String file) throws IOException {
    List<String> texts = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(file))) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < line.length(); i++) {
        char c = line.charAt(i);
        if (c != '\\') text.append(c);
        else if (line.charAt(++i) == 'n') text.append('\n');
        else if (line.charAt(i) == 't') text.append('\t');
        else if (line.charAt(i) == 'u') {
          text.append((char) Integer.parseInt(line.substring(i + 1, i + 5), 16));
          i += 4;
        } else throw new IOException(file + ": unknown escape in: " + line);
      }
      texts.add(text.toString());
    }
    // Around the longest token, 255 UTF-16 units, with and without a surrogate pair on the border.
    String pair = new String(Character.toChars(0x1D400));
    texts.add("a".repeat(254));
    texts.add("a".repeat(255));
    texts.add("a".repeat(256) + " b");
    texts.add("a".repeat(600));
    texts.add("a".repeat(254) + pair + "b");
    texts.add("a".repeat(253) + pair + "b");
    texts.add("x " + pair.repeat(200));
    texts.add("x" + pair.repeat(300));
    texts.add("1".repeat(255) + ".5");
    texts.add("1".repeat(254) + ".5");
    texts.add("a".repeat(254) + "'s and " + "b".repeat(253) + "'s");
    texts.add("_".repeat(300) + "a");
    texts.add("_".repeat(200) + "a" + "_".repeat(200));
    texts.add("\u4e00\u0301".repeat(140));
    texts.add("\u4e00" + "\u0301".repeat(300) + "\u4e00");
    return texts;
  }

  void analyze(List<String> texts) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String text : texts) {
      List<String> tokens = new ArrayList<>();
      try (StandardTokenizer tokenizer = new StandardTokenizer()) {
        tokenizer.setReader(new java.io.StringReader(text));
        CharTermAttribute term = tokenizer.getAttribute(CharTermAttribute.class);
        TypeAttribute type = tokenizer.getAttribute(TypeAttribute.class);
        tokenizer.reset();
        while (tokenizer.incrementToken()) {
          String name = type.type().substring(1, type.type().length() - 1);
          tokens.add("[" + json(term.toString()) + "," + json(name) + "]");
        }
      }
      List<String> terms = new ArrayList<>();
      for (String term : terms(text)) terms.add(json(term));
      lines.add("{\"text\":" + json(text) + ",\"tokens\":[" + String.join(",", tokens) + "],\"terms\":["
          + String.join(",", terms) + "]}");
    }
    out.println("[\n" + String.join(",\n", lines) + "\n]");
  }

  List<String> terms(String text) throws IOException {
    List<String> terms = new ArrayList<>();
    try (TokenStream stream = analyzer.tokenStream("contents", text)) {
      CharTermAttribute term = stream.getAttribute(CharTermAttribute.class);
      stream.reset();
      while (stream.incrementToken()) terms.add(term.toString());
      stream.end();
    }
    return terms;
  }

  void stem(String words) throws Exception {
    Class<?> type = Class.forName("org.apache.lucene.analysis.en.PorterStemmer");
    var constructor = type.getDeclaredConstructor();
    constructor.setAccessible(true);
    Object stemmer = constructor.newInstance();
    Method stem = type.getDeclaredMethod("stem", String.class);
    stem.setAccessible(true);
    for (String word : Files.readAllLines(Path.of(words))) out.println(word + " " + stem.invoke(stemmer, word));
  }

  /** ASCII only, so that a diff shows what is invisible. */
  static String json(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') json.append('\\').append(c);
      else if (c < 0x20 || c > 0x7e) json.append(String.format("\\u%04x", (int) c));
      else json.append(c);
    }
    return json.append('"').toString();
  }

  // BM25

  record TextRecord(String id, String text) {}

  static List<TextRecord> records(String file) throws IOException {
    List<TextRecord> records = new ArrayList<>();
    var bytes = Files.newInputStream(Path.of(file));
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(
        file.endsWith(".gz") ? new GZIPInputStream(bytes) : bytes, StandardCharsets.UTF_8))) {
      for (String line; (line = reader.readLine()) != null; ) {
        if (line.isEmpty()) continue;
        String[] columns = line.split("\t", -1);
        String text = columns.length > 2 && !columns[1].isEmpty() && !columns[2].isEmpty()
            ? columns[1] + " " + columns[2]
            : columns.length > 2 ? columns[1] + columns[2] : columns[1];
        records.add(new TextRecord(columns[0], text));
      }
    }
    return records;
  }

  /** One thread, one segment, in memory. */
  Directory index(List<TextRecord> collection) throws IOException {
    Directory directory = new ByteBuffersDirectory();
    IndexWriterConfig config = new IndexWriterConfig(analyzer);
    config.setSimilarity(new BM25Similarity(K1, B));
    config.setRAMBufferSizeMB(1024);
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (TextRecord record : collection) {
        Document document = new Document();
        document.add(new StoredField("id", record.id()));
        document.add(new TextField("contents", record.text(), Field.Store.NO));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
    }
    return directory;
  }

  /** A bag of words, as Anserini's generator makes it: how often a term stands in the query is its boost. */
  Query query(String text) throws IOException {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String term : terms(text)) counts.merge(term, 1, Integer::sum);
    BooleanQuery.Builder builder = new BooleanQuery.Builder();
    counts.forEach((term, count) ->
        builder.add(new BoostQuery(new TermQuery(new Term("contents", term)), count), BooleanClause.Occur.SHOULD));
    return builder.build();
  }

  IndexSearcher searcher(Directory directory) throws IOException {
    IndexSearcher searcher = new IndexSearcher(DirectoryReader.open(directory));
    searcher.setSimilarity(new BM25Similarity(K1, B));
    searcher.setQueryCache(null);
    return searcher;
  }

  void search(List<TextRecord> collection, List<TextRecord> queries, int depth) throws IOException {
    IndexSearcher searcher = searcher(index(collection));
    StringBuilder run = new StringBuilder();
    for (TextRecord query : queries) {
      int rank = 0;
      for (ScoreDoc hit : searcher.search(query(query.text()), depth).scoreDocs) {
        String id = searcher.storedFields().document(hit.doc).get("id");
        run.append(String.format(Locale.ROOT, "%s Q0 %s %d %s lucene%n", query.id(), id, ++rank, hit.score));
      }
    }
    out.print(run);
  }

  void serve(List<TextRecord> collection, List<TextRecord> queries, int depth) throws IOException {
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
    Directory directory = null;
    IndexSearcher searcher = null;
    for (String command; (command = commands.readLine()) != null; ) {
      long start = System.nanoTime();
      if (command.equals("index")) directory = index(collection);
      else {
        if (searcher == null) searcher = searcher(directory);
        start = System.nanoTime();
        for (TextRecord query : queries) searcher.search(query(query.text()), depth);
      }
      out.println((System.nanoTime() - start) / 1e6);
    }
  }
}
