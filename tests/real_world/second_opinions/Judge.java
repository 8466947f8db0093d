import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Reads questions (name, purpose, host, subject, trusted, intermediates) and prints name, verdict, text. */
public class Judge {
    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split("\t");
            String verdict = "accepted\t";
            try {
                judge(words[1], words[2], words[3], words[4], words[5]);
            } catch (Exception e) {
                verdict = "refused\t" + e.toString().replaceAll("\\s+", " ");
            }
            System.out.println(words[0] + "\t" + verdict);
        }
    }

    static void judge(String purpose, String host, String subject, String trusted, String others) throws Exception {
        if (purpose.equals("request")) {
            request(subject);
            return;
        }
        List<X509Certificate> chain = new ArrayList<>(read(subject));
        X509Certificate leaf = chain.get(0);
        X509Certificate anchor = read(trusted).get(0);
        if (!others.equals("-")) {
            chain.addAll(read(others));
        }
        if (purpose.equals("authority")) {
            authority(leaf, anchor);
            return;
        }
        X509TrustManager manager = manager(anchor);
        X509Certificate[] array = chain.toArray(new X509Certificate[0]);
        if (purpose.equals("client")) {
            manager.checkClientTrusted(array, "UNKNOWN");
            return;
        }
        // "UNKNOWN" is what TLS 1.3 says: the certificate has to allow signatures.
        manager.checkServerTrusted(array, "UNKNOWN");
        X509CertSelector selector = new X509CertSelector();
        selector.addSubjectAlternativeName(2, host);
        if (!selector.match(leaf)) {
            throw new Exception("no subject alternative name " + host);
        }
    }

    static void authority(X509Certificate certificate, X509Certificate anchor) throws Exception {
        X509CertSelector selector = new X509CertSelector();
        selector.setBasicConstraints(0);
        selector.setKeyUsage(new boolean[] {false, false, false, false, false, true, true});
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
        parameters.setRevocationEnabled(false);
        parameters.setTargetCertConstraints(selector);
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        CertPathValidator.getInstance("PKIX").validate(factory.generateCertPath(List.of(certificate)), parameters);
    }

    static X509TrustManager manager(X509Certificate anchor) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("trusted", anchor);
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    static List<X509Certificate> read(String path) throws Exception {
        try (InputStream in = new FileInputStream(path)) {
            List<X509Certificate> list = new ArrayList<>();
            for (Object certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                list.add((X509Certificate) certificate);
            }
            return list;
        }
    }

    static void request(String path) throws Exception {
        String text = Files.readString(Path.of(path)).replaceAll("-----[A-Z ]*-----", "");
        // The constructor verifies the signature.
        new sun.security.pkcs10.PKCS10(Base64.getMimeDecoder().decode(text));
    }
}
