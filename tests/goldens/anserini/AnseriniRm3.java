import io.anserini.rerank.RerankerContext;
import io.anserini.rerank.lib.Rm3Reranker;
import io.anserini.search.ScoredDocs;
import io.anserini.search.SearchCollection;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.ByteBuffersDirectory;

/**
 * BM25 and RM3 by Anserini's own classes. Run by anserini.sh: AnseriniRm3 COLLECTION QUERIES DEPTH [FEEDBACK_TERMS FEEDBACK_DOCS WEIGHT]
 * Prints a line a query: {"id", "terms": {term: weight}, "run": [[document, score]]}, numbers as exact float32 values.
 */
public class AnseriniRm3 {
  static final Analyzer ANALYZER = new EnglishAnalyzer();

  public static void main(String[] args) throws Exception {
    int depth = Integer.parseInt(args[2]);
    int terms = args.length > 3 ? Integer.parseInt(args[3]) : 10;
    int documents = args.length > 4 ? Integer.parseInt(args[4]) : 10;
    float weight = args.length > 5 ? Float.parseFloat(args[5]) : 0.5f;
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    IndexSearcher searcher = searcher(args[0]);
    SearchCollection.Args options = new SearchCollection.Args();
    options.hits = depth;
    options.rerankcutoff = depth;
    options.arbitraryScoreTieBreak = true; // in the order of the index
    options.searchTweets = false;
    Rm3Reranker rm3 = new Rm3Reranker(ANALYZER, null, "contents", terms, documents, weight, false, true);
    for (String[] query : records(args[1])) {
      List<String> tokens = terms(query[1]);
      Query bag = bagOfWords(tokens);
      ScoredDocs first = ScoredDocs.fromTopDocs(searcher.search(bag, depth), searcher);
      RerankerContext<String> context =
          new RerankerContext<>(searcher, query[0], bag, null, query[1], tokens, null, options);
      ScoredDocs found = rm3.rerank(first, context);
      List<String> weights = new ArrayList<>();
      new TreeMap<>(context.feedbackTerms).forEach((term, value) -> weights.add("\"" + term + "\":" + value));
      List<String> run = new ArrayList<>();
      for (int i = 0; i < found.docids.length; i++) run.add("[\"" + found.docids[i] + "\"," + found.scores[i] + "]");
      out.println("{\"id\":\"" + query[0] + "\",\"terms\":{" + String.join(",", weights) + "},\"run\":["
          + String.join(",", run) + "]}");
    }
  }

  /** With term vectors, as `-storeDocvectors`; documents without text are left out, as Anserini does. */
  static IndexSearcher searcher(String collection) throws Exception {
    ByteBuffersDirectory directory = new ByteBuffersDirectory();
    IndexWriterConfig config = new IndexWriterConfig(ANALYZER);
    config.setSimilarity(new BM25Similarity(0.9f, 0.4f));
    FieldType contents = new FieldType();
    contents.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    contents.setStoreTermVectors(true);
    contents.freeze();
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (String[] record : records(collection)) {
        if (record[1].isBlank()) continue;
        Document document = new Document();
        document.add(new StoredField("id", record[0]));
        document.add(new Field("contents", record[1], contents));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
    }
    IndexSearcher searcher = new IndexSearcher(DirectoryReader.open(directory));
    searcher.setSimilarity(new BM25Similarity(0.9f, 0.4f));
    return searcher;
  }

  static Query bagOfWords(List<String> tokens) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String token : tokens) counts.merge(token, 1, Integer::sum);
    BooleanQuery.Builder builder = new BooleanQuery.Builder();
    counts.forEach((term, count) -> builder.add(
        new BoostQuery(new TermQuery(new Term("contents", term)), (float) count), BooleanClause.Occur.SHOULD));
    return builder.build();
  }

  static List<String> terms(String text) throws Exception {
    List<String> terms = new ArrayList<>();
    try (TokenStream stream = ANALYZER.tokenStream("contents", text)) {
      CharTermAttribute term = stream.getAttribute(CharTermAttribute.class);
      stream.reset();
      while (stream.incrementToken()) terms.add(term.toString());
      stream.end();
    }
    return terms;
  }

  /** Ids and texts of a TSV file, maybe gzip; a title is joined to the text by one space. */
  static List<String[]> records(String file) throws Exception {
    List<String[]> records = new ArrayList<>();
    InputStream bytes = new FileInputStream(file);
    try (BufferedReader reader = new BufferedReader(
        new InputStreamReader(file.endsWith(".gz") ? new GZIPInputStream(bytes) : bytes, StandardCharsets.UTF_8))) {
      for (String line; (line = reader.readLine()) != null; ) {
        if (line.isEmpty()) continue;
        String[] columns = line.split("\t", -1);
        String title = columns.length > 2 ? columns[1] : "";
        String text = columns[columns.length > 2 ? 2 : 1];
        records.add(new String[] {columns[0], title.isEmpty() ? text : text.isEmpty() ? title : title + " " + text});
      }
    }
    return records;
  }
}
