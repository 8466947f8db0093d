import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import sun.security.util.HostnameChecker;

/** What a Java client or server says to chains: a question a line, name TAB kind TAB host TAB folder. */
class Judge {
    public static void main(String[] arguments) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = lines.readLine()) != null;) {
            String[] words = line.split("\t");
            System.out.println(words[0] + "\t" + verdict(words[1], words[2], Path.of(words[3])));
        }
    }

    private static String verdict(String kind, String host, Path folder) throws IOException {
        try {
            judge(kind, host, folder);
            return "accepted\t";
        } catch (GeneralSecurityException | RuntimeException refusal) {
            return "refused\t" + String.valueOf(refusal.getMessage()).replace('\n', ' ');
        }
    }

    private static void judge(String kind, String host, Path folder)
            throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("root", certificates(folder.resolve("root.pem"))[0]);
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(trusted);
        var manager = (X509TrustManager) factory.getTrustManagers()[0];
        X509Certificate[] chain = certificates(folder.resolve("server.pem"));
        if (kind.equals("client")) {
            manager.checkClientTrusted(chain, "UNKNOWN");
            return;
        }
        manager.checkServerTrusted(chain, "UNKNOWN");
        HostnameChecker.getInstance(HostnameChecker.TYPE_TLS).match(host, chain[0]);
    }

    private static X509Certificate[] certificates(Path file) throws IOException, CertificateException {
        var pem = new ByteArrayInputStream(Files.readAllBytes(file));
        var found = CertificateFactory.getInstance("X.509").generateCertificates(pem);
        if (found.isEmpty()) {
            throw new CertificateException("no certificate");
        }
        return found.toArray(new X509Certificate[0]);
    }
}
